"""What people are to one another: blocks, follows, circles, mutes, and who may check whom in."""
