"""What limits a lab: limits lifted, drivers moved by small steps, on the same random numbers.

All of it works on a model's plain data (`Model.to_dict()`) and returns new values by path, as the
levels of a study's factor take them.
"""
