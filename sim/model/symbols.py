"""Symbols of the equations that are no settings: quantities that change while a model runs."""

STATE = {
    "c": "capability of the model that helps, OOM above generation 0",
    "t": "days since t = 0",
    "elapsed": "days since the release of the newest model",
    "F": "training compute of the generation in the making; of the one deployed, elsewhere",
    "F_0": "training compute of generation 0, effective unit-days",
    "F_now": "training compute of the deployed generation, effective unit-days",
    "F_next": "training compute of the next generation, effective unit-days",
    "algorithms": "stock of training efficiency when the recipe is frozen, natural-log units",
    "algorithms_now": "that stock as frozen for the deployed generation",
    "algorithms_next": "that stock now",
    "infrastructure": "stock of what a unit of compute does, natural-log units",
    "stock": "level of the stock, natural-log units",
    "output": "research output of the success",
    "strength": "units of the training pool by plan * exp(infrastructure)",
    "task": "work of the task, person-days",
    "q": "chance that an attempt is right: quality(c) of an assistant, human_quality of a person",
    "size": "size of the item's compute job relative to t = 0; 1 without sizing",
    "n": "items of the flow that hold compute at that instant, at least 1",
    "in_progress": "items of the flow in progress",
    "capacity": "units of the pool now",
    "people": "units of the pool of the first stage now",
    "accelerators": "accelerators held: units * accelerators_per_unit",
    "defects": "escaped defects: of the item, or of the generation it belongs to",
    "K": "the lab's compute units",
}
"""Quantities in the equations that change while a model runs."""
