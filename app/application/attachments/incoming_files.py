"""Files of messengers: stored as pending with their message, fetched later by the download job."""

from dataclasses import dataclass

from app.application.stamp import WriteContext
from app.domain.attachments.attachment import Attachment, AttachmentState, ProviderFile
from app.domain.attachments.names import offered_name
from app.domain.chats.inbound import InboundFile


@dataclass(frozen=True, slots=True)
class IncomingFiles:
    """Adds files in the transaction that stores their message."""

    writing: WriteContext

    def add(
        self,
        *,
        message_id: str,
        ticket_id: str,
        customer_id: str,
        channel: str,
        files: tuple[InboundFile, ...],
        of_submission: bool = False,
    ) -> tuple[Attachment, ...]:
        """Store files as pending downloads; a file that the message has already is not added again."""
        uow, now = self.writing.uow, self.writing.now
        known = {
            one.source.unique_id
            for one in uow.attachments.of_messages((message_id,)).get(message_id, ())
            if one.source is not None
        }
        added: list[Attachment] = []
        for file in files:
            if file.unique_id in known:
                continue
            known.add(file.unique_id)
            attachment = Attachment(
                id=self.writing.ids.next(),
                customer_id=customer_id,
                kind=file.kind,
                name=offered_name(file.name, None),
                state=AttachmentState.PENDING,
                created_at=now,
                ticket_id=ticket_id,
                message_id=message_id,
                of_submission=of_submission,
                size=file.size,
                source=ProviderFile(channel, file.provider_id, file.unique_id),
            )
            uow.attachments.add(attachment, due_at=now)
            added.append(attachment)
        return tuple(added)
