"""The small web page for the phone, and the files it is made of."""
