"""How a call can fail without an answer, and a message without a confirm."""


class RpcUnavailable(Exception):
    """Nobody can answer now: the broker or the service is not there, or was lost on the way (the effect is unknown)."""


class RpcTimeout(Exception):
    """No answer within the deadline; whether the call had its effect is unknown."""


class NotConfirmed(Exception):
    """The broker did not say that it has the message. It may have it all the same: send it again under the same id."""


class Unroutable(NotConfirmed):
    """No queue takes messages of this name."""
