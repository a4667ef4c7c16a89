"""Whom the actions of an escalation reach: names and addresses, and the owner of a ticket's service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.contract.model.escalations import Declare, Notify, Reassign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.contract.model.escalations import Action
    from slmdsl.contract.model.spec import Contract

OWNER = "owner"
NOBODY = "owner (nobody)"
"""What stands for the owner of a service that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing that a step does: `to` whom it goes, or what it does (`reassign: apps`); an address where one is known.

    `is_to_owner` asks for the owner of the service that is concerned.
    """

    to: str
    address: str | None = None
    is_to_owner: bool = False


def messages(actions: Iterable[Action], contract: Contract) -> Iterator[Message]:
    """Yield what the actions of a step do, one message for each recipient."""
    for action in actions:
        if isinstance(action, Notify):
            for recipient in action.recipients:
                yield Message(
                    to=recipient,
                    address=address_of(recipient, contract),
                    is_to_owner=recipient == OWNER,
                )
        elif isinstance(action, Reassign):
            yield Message(to=f"reassign: {action.team}")
        elif isinstance(action, Declare):
            yield Message(to=f"declare: {action.flag}")
        else:
            yield Message(to=f"invoke: {action.contingency}")


def address_of(recipient: str, contract: Contract) -> str | None:
    """Return the address of a contact (`apps.lead`), or what is an address itself; None for a party."""
    if "@" in recipient:
        return recipient
    party, _, contact = recipient.partition(".")
    if party in contract.parties:
        return dict(contract.parties[party].contacts).get(contact)
    return None


def owner_of(service: str | None, kind: str | None, contract: Contract) -> str:
    """Return who owns a ticket's service (of a component, its service's owner), or else the request that it is."""
    offered = contract.services.get((service or "").partition(".")[0])
    asked = contract.requests.get(kind or "")
    return (offered and offered.owner) or (asked and asked.owner) or NOBODY
