#!/usr/bin/env python3
"""Redis ACL users by Python's standard library: a template to copy (docs/providers/exec.md). It is asked in one line of JSON and
answers in one. Values go over its own connection only; nothing of them is written to standard error or into a command line."""
import hashlib
import json
import re
import socket
import sys


class Refusal(Exception):
    """What Rekey is told: whether to ask again (unreachable), or what a person has to mend (denied, rejected)."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code, self.text = code, text


class Redis:
    """One connection that speaks RESP, the protocol of Redis: https://redis.io/docs/reference/protocol-spec"""

    def __init__(self, settings):
        self.place = f"Redis at {settings['host']}:{settings['port']}"
        try:
            self.socket = socket.create_connection((settings["host"], settings["port"]), timeout=10)
            self.reader = self.socket.makefile("rb")
        except OSError as error:
            raise Refusal("unreachable", f"{self.place} cannot be reached") from error

    def ask(self, *words):
        """The answer; an error of Redis is a Refusal."""
        parts = [word.encode() for word in words]
        asked = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        try:
            self.socket.sendall(asked)
            return self.answer()
        except OSError as error:
            raise Refusal("unreachable", f"{self.place}: the connection broke") from error

    def answer(self):
        line = self.reader.readline()
        if not line.endswith(b"\r\n"):
            raise Refusal("unreachable", f"{self.place}: the connection broke")
        kind, rest = line[:1], line[1:-2].decode("utf-8", "replace")
        if kind == b"-":
            raise self.refused(rest)
        if kind == b"$":
            size = int(rest)
            body = self.reader.read(size + 2) if size >= 0 else b""
            if size >= 0 and len(body) < size + 2:
                raise Refusal("unreachable", f"{self.place}: the connection broke")
            return None if size < 0 else body[:-2].decode("utf-8", "replace")
        return [self.answer() for _ in range(int(rest))] if kind == b"*" else rest

    def refused(self, text):
        word = text.split(" ")[0]
        if word == "NOPERM":
            return Refusal("denied", f"{self.place}: the admin lacks a right: give it the grants of docs/providers/exec.md")
        if "not configured to use an ACL file" in text:
            return Refusal("rejected", f"{self.place} would forget its users: give it an aclfile")
        if word in ("WRONGPASS", "LOADING", "BUSY", "MASTERDOWN", "NOAUTH"):
            return Refusal("refused" if word == "WRONGPASS" else "unreachable", f"{self.place} answers {word}")
        return Refusal("unexpected", f"{self.place} did not do what it was asked")


class Target:
    """The verbs. Each may be repeated, and finds what an earlier call left half done."""

    def __init__(self, request):
        self.request, self.settings = request, request["settings"]
        self.redis = Redis(self.settings)
        try:
            self.redis.ask("AUTH", self.settings["admin"], request["admin"]["adminSecret"])
        except Refusal as refusal:
            if refusal.code != "refused":
                raise
            secret = self.settings["adminSecret"]
            raise Refusal("denied", f"{refusal.text}: correct the admin secret {secret}") from refusal

    def users(self):
        """The rules of every user, by its name."""
        lines = [line.split(" ") for line in self.redis.ask("ACL", "LIST")]
        return {line[1]: line[2:] for line in lines}

    def rules(self, name):
        found = self.users().get(name)
        if found is None:
            raise Refusal("rejected", f"{self.redis.place}: there is no login {name}")
        return found

    def rights(self, name):
        """What it may do: not whether it may log in, and with what."""
        login = re.compile("on|off|nopass|sanitize-payload|#[0-9a-f]+")
        return [rule for rule in self.rules(name) if not login.fullmatch(rule)]

    def change(self, handle, *rules):
        if handle in (self.settings["admin"], self.settings["template"], "default"):
            raise Refusal("rejected", f"{handle} is the admin, the template or the default user: it is not rotated here")
        self.rules(handle)
        self.redis.ask("ACL", "SETUSER", handle, *rules)
        self.redis.ask("ACL", "SAVE")

    def mark_of(self, mark):
        """A hash that no password has, kept beside the real one: what makes a login ours."""
        return f"#{self.request['owner']}{mark}".ljust(65, "0")

    def find(self):
        name, mark = self.request["operation"]["name"], self.request["operation"]["mark"]
        rules = self.users().get(name)
        if rules is None:
            return {"is": "not-started"}
        if self.mark_of(mark) not in rules:
            return {"is": "ambiguous", "text": f"there is a login {name} that Rekey did not make: delete it, or choose another prefix"}
        # Whoever died after the change and before it was saved is made good.
        self.redis.ask("ACL", "SAVE")
        return {"is": "done", "handle": name}

    def mint(self):
        found, operation = self.find(), self.request["operation"]
        if found["is"] == "ambiguous":
            raise Refusal("rejected", found["text"])
        if found["is"] == "not-started":
            hashed = hashlib.sha256(operation["secret"].encode()).hexdigest()
            rules = [*self.rights(self.settings["template"]), f"#{hashed}", self.mark_of(operation["mark"]), "on"]
            self.redis.ask("ACL", "SETUSER", operation["name"], "reset", *rules)
            self.redis.ask("ACL", "SAVE")
        return {"handle": operation["name"]}

    def probe(self):
        handle = self.request["handle"]
        try:
            Redis(self.settings).ask("AUTH", handle, self.request["secret"])
        except Refusal as refusal:
            if refusal.code != "refused":
                raise
            return {"answer": "refused"}
        if "nopass" in self.rules(handle):
            raise Refusal("rejected", f"{self.redis.place} lets {handle} in with any value: ACL SETUSER {handle} resetpass")
        return {"answer": "accepted"}

    def disable(self):
        return self.change(self.request["handle"], "off")

    def enable(self):
        return self.change(self.request["handle"], "on")

    def connections(self):
        for line in self.redis.ask("CLIENT", "LIST").splitlines():
            yield dict(field.split("=", 1) for field in line.split(" ") if "=" in field)

    def endSessions(self):
        handle = self.request["handle"]
        if "on" in self.users().get(handle, []):
            raise Refusal("unreachable", f"{handle} may still log in: it is disabled before its sessions are ended")
        while any(one.get("user") == handle for one in self.connections()):
            self.redis.ask("CLIENT", "KILL", "USER", handle)

    def destroy(self):
        handle = self.request["handle"]
        if handle in self.users():
            self.change(handle, "off")
            self.endSessions()
            self.redis.ask("ACL", "DELUSER", handle)
        self.redis.ask("ACL", "SAVE")

    def list(self):
        name = re.compile(f"{self.settings['prefix']}_v[0-9]+_{self.request['owner']}([0-9a-f]{{8}})")
        found = [(name.fullmatch(user), rules) for user, rules in self.users().items()]
        ours = [match for match, rules in found if match and self.mark_of(match[1]) in rules]
        return {"listed": [{"handle": match[0], "mark": match[1]} for match in ours]}

    def compareRights(self):
        had, has = self.rights(self.request["old"]), self.rights(self.request["fresh"])
        return {"missing": [one for one in had if one not in has], "extra": [one for one in has if one not in had]}

    def usage(self):
        seen = {(one.get("user"), one.get("name") or one["addr"].rsplit(":", 1)[0]) for one in self.connections()}
        sightings = [{"handle": user, "seenAs": name} for user, name in seen if user in self.request["handles"]]
        return {"sightings": sightings, "gaps": ["connections that began and ended between two looks are not seen"]}


verbs = ("mint", "find", "probe", "disable", "enable", "endSessions", "destroy", "list", "compareRights", "usage")
try:
    asked = json.loads(sys.stdin.readline())
    if asked["verb"] not in verbs:
        raise Refusal("rejected", f"the plugin does not know the verb {asked['verb']}")
    answer = {"ok": getattr(Target(asked), asked["verb"])() or {}}
except Refusal as refusal:
    answer = {"error": {"code": refusal.code, "text": refusal.text}}
except Exception as error:  # The words of an unknown error may hold what was sent.
    answer = {"error": {"code": "unexpected", "text": f"the plugin met an error of its own: {type(error).__name__}"}}
print(json.dumps(answer))
