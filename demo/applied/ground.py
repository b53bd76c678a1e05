"""What examples find there already, made through the API as its owner would have done long before."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from demo.stage import ROOT, backend
from demo.stage.cloud import REGION, Cloud

BUCKET = "artifacts"
# Of a FIFO queue that an example adopts: at least six times its router's timeout.
VISIBILITY_SECONDS, MAX_RECEIVES = 312, 5


@dataclass(frozen=True)
class Ground:
    place: Cloud
    zips: Path
    architecture: str
    backend: backend.Backend
    fifo_queue: str
    fifo_dead_letters: str

    @classmethod
    def of(cls, place: Cloud, zips: Path, architecture: str) -> "Ground":
        isolated = backend.create(place, zips / f"demo-backend-{architecture}.zip", architecture)
        s3, sqs = place.client("s3"), place.client("sqs")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        for file in zips.glob(f"*-{architecture}.zip"):
            s3.upload_file(str(file), BUCKET, file.name)
        dead_letters = sqs.create_queue(QueueName="existing-dlq.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        ground = cls(place, zips, architecture, isolated, "", dead_letters)
        redrive = {"deadLetterTargetArn": ground.arn_of(dead_letters), "maxReceiveCount": MAX_RECEIVES}
        attributes = {"FifoQueue": "true", "VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": json.dumps(redrive)}
        queue = sqs.create_queue(QueueName="existing.fifo", Attributes=attributes)["QueueUrl"]
        return cls(place, zips, architecture, isolated, queue, dead_letters)

    @property
    def python_backend(self) -> Path:
        """The zip of a backend in Python, made as its README says."""
        file = self.place.folder / "tenant-credentials-backend.zip"
        if not file.exists():
            with zipfile.ZipFile(file, "w") as archive:
                archive.write(ROOT / "examples" / "tenant-credentials" / "backend" / "handler.py", "handler.py")
        return file

    def arn_of(self, queue: str) -> str:
        told = self.place.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        return told["Attributes"]["QueueArn"]
