"""The command behind script/gate."""

from gevent import monkey

monkey.patch_all()

# Only what opens sockets after the patch waits without keeping the other phones waiting.
from town.offering.command import main  # noqa: E402

main(prog_name="script/gate")
