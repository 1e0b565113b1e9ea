"""A mail server that does as the test says. One JSON command a line on standard input, one answer a line on standard output.

  {"do": "mails"}                                what was accepted so far, parsed
  {"do": "next", "answers": ["451 4.3.0 no"]}    how the next mails fare, one after the other; then all are accepted again:
      "4xx …" / "5xx …"  the receiver is refused like that
      "data 4xx …"       the message is
      "mail 5xx …"       the sender is
      "silent"           nothing is answered any more once the message is there
      "mute"             nothing is answered to the receiver
      "cut"              the connection breaks off in the middle of the message
      "vanish"           the message is accepted, and the connection breaks off before that is said
  {"do": "stop"} / {"do": "start"}               connections are cut and refused; taken again, on the same port
  {"do": "connections"}                          how many connections there were
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Box:
    def __init__(self):
        self.mails, self.answers, self.open, self.connections = [], [], set(), 0

    def parsed(self, envelope):
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.SMTPUTF8)
        part = lambda kind: message.get_body((kind,)).get_content()
        return {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name: str(value) for name, value in message.items()},
            "subject": message["subject"],
            "text": part("plain"),
            "html": part("html"),
        }


class Handler:
    def __init__(self, box):
        self.box = box

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.box.answers and self.box.answers[0].startswith("mail "):
            return self.box.answers.pop(0)[5:]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        session.answer = self.box.answers.pop(0) if self.box.answers else ""
        if session.answer[:1] in "45" and session.answer:
            return session.answer
        if session.answer == "mute":
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if session.answer.startswith("data "):
            return session.answer[5:]
        if session.answer == "silent":
            await asyncio.sleep(3600)
        self.box.mails.append(self.box.parsed(envelope))
        if session.answer == "vanish":
            server.transport.abort()
        return "250 OK"


class Server(SMTP):
    box = None

    def connection_made(self, transport):
        super().connection_made(transport)
        self.box.open.add(self)
        self.box.connections += 1

    def connection_lost(self, error):
        self.box.open.discard(self)
        super().connection_lost(error)

    async def smtp_DATA(self, arg):
        if getattr(self.session, "answer", "") == "cut":
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


def check(server, session, envelope, mechanism, data):
    right = (data.login, data.password) == (b"concierge", b"geheim+/ pass")
    # Not handled = the server says 535 by itself.
    return AuthResult(success=right, handled=False)


async def main():
    settings = json.loads(sys.argv[1])
    box = Box()
    Server.box = box
    loop = asyncio.get_running_loop()
    context = None
    if settings.get("certificate"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings["certificate"], settings["key"])
    implicit = settings.get("tls") == "implicit"
    options = {"hostname": "mail.test"}
    if settings.get("smtputf8"):
        options |= {"enable_SMTPUTF8": True}
    if settings.get("auth"):
        options |= {"auth_required": True, "auth_require_tls": False, "authenticator": check}
    if context and not implicit:
        options |= {"tls_context": context, "require_starttls": True}
    make = lambda: Server(Handler(box), **options)
    listen = lambda port: loop.create_server(make, "127.0.0.1", port, ssl=context if implicit else None)
    listening = await listen(0)
    port = listening.sockets[0].getsockname()[1]
    say = lambda value: print(json.dumps(value), flush=True)
    say({"port": port})
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        match command["do"]:
            case "mails":
                say(box.mails)
            case "next":
                box.answers = command["answers"]
                say("OK")
            case "stop":
                listening.close()
                for connection in list(box.open):
                    connection.transport.abort()
                say("OK")
            case "start":
                listening = await listen(port)
                say("OK")
            case "connections":
                say(box.connections)


asyncio.run(main())
