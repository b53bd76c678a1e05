"""Empties buckets."""

from acceptance.target import Target

DELETED_AT_ONCE = 1000


def empty(target: Target, bucket: str) -> None:
    """Deletes every version of every object."""
    s3 = target.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        kept = [{"Key": each["Key"], "VersionId": each["VersionId"]} for kind in ("Versions", "DeleteMarkers") for each in page.get(kind, [])]
        for start in range(0, len(kept), DELETED_AT_ONCE):
            s3.delete_objects(Bucket=bucket, Delete={"Objects": kept[start : start + DELETED_AT_ONCE], "Quiet": True})
