"""The command behind script/replay."""

from gevent import monkey

monkey.patch_all()

# Only what opens sockets after the patch waits without keeping the other phones waiting.
from town.replay.command import main  # noqa: E402

main(prog_name="script/replay")
