"""The field's curves laid over a simulated lab, and what makes the difference.

A curve and the lab have the same software at t = 0 and grow as fast over the first quarter
(`matching`); what comes after differs by what the curve leaves out: the time that retraining,
review and waiting take. The lab is run again without them (`removed`), on the same random numbers.
"""
