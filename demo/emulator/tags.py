"""Tags of streams. MiniStack forgets those that a stream is created with, and does not list streams by tag."""

from ministack.services import kinesis, tagging

from demo.emulator.patching import replace


def install() -> None:
    replace(kinesis, "_create_stream", ["data"], create)
    tagging._COLLECTORS["kinesis"] = tagged


def create(original, data):
    answer = original(data)
    if answer[0] == 200:
        kinesis._streams[data["StreamName"]]["tags"].update(data.get("Tags") or {})
    return answer


def tagged():
    for stream in kinesis._streams.values():
        yield stream["StreamARN"], tagging._normalise_flat(stream["tags"])
