"""What those who follow a chain of either kind are asked, in the same words on both.

``indexed`` has the requests to the index of everything, and how each is answered: quick questions on the event
loop, others in a thread, and an index that turns out to be damaged is made anew. ``watching`` has those about
watched addresses, ``tracing`` those about contracts.

The methods themselves are in ``chain``, and in ``bytom2.followers`` those whose answers have other shapes there.
Each is a decorator, a reply and one call of what is here, so a question for both chains is added here once.
"""
