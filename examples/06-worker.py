"""A worker in Python, of its standard library, NATS' text protocol and docs/wire.md alone. It runs
jobs of type `tally`, one at a time: python3 06-worker.py HOST PORT NAME [LEASE-SECONDS]"""
import hashlib, json, os, re, socket, sys, time, uuid
host, port, name, lease, session = *sys.argv[1:4], int([*sys.argv, 30][4]), uuid.uuid4().hex
shape = json.loads(code := b'{"can":[],"place":"anywhere","recover":"resume"}')
args = {"type": "object", "properties": {"to": {"type": "integer"}}, "required": ["to"]}
tally = {"type": "tally", "description": "counts", "shape": shape, "args": args, "change": None}
claim = {"session": session, "worker": name, "host": socket.gethostname()}
info = {**claim, "pid": os.getpid(), "types": ["tally"], "concurrency": 1, "tags": {}}
pull = f"$JS.API.CONSUMER.MSG.NEXT.JOB_WORK.tally=2E{hashlib.sha256(code).hexdigest()[:8]}+any"
desk, key = f"job.report.{name}.{session}", f"$KV.job.lease.{name}.{session}"
wire = socket.create_connection((host, port), timeout=lease / 2)  # a longer silence ends it all
wire.sendall(b'CONNECT {"verbose": false, "headers": true, "no_responders": true}\r\n')
stream, version, renewed, generation = wire.makefile("rb"), 0, time.monotonic(), ""
def request(subject, body, headers=""):  # -> the reply's headers, its text, its own reply address
    sid, text, head = uuid.uuid4().hex, json.dumps(body), f"NATS/1.0\r\n{headers}\r\n"
    hpub = f"HPUB {subject} _INBOX.{sid} {len(head)} {len(head + text)}\r\n{head}{text}\r\n"
    wire.sendall(f"SUB _INBOX.{sid} {sid}\r\nUNSUB {sid} 1\r\n{hpub}".encode())
    while words := stream.readline().decode().split():
        if words[0] == "PING": wire.sendall(b"PONG\r\n")
        if words[0] in ("MSG", "HMSG"):  # MSG … BYTES, HMSG … BYTES-OF-HEADERS BYTES
            head, _, text = stream.read(int(words[-1]) + 2)[:-2].decode().rpartition("\r\n\r\n")
            return head, text, words[3]
    sys.exit("the connection is lost")
def ask(subject, **body):  # until it is answered: with the same id, it has one effect
    global version, renewed
    while (now := time.monotonic()) < renewed + 0.8 * lease:
        if version == 0 or now > renewed + 0.25 * lease:  # each renewal expects the one before
            ttl = f"Nats-TTL: {lease}s\r\nNats-Expected-Last-Subject-Sequence: {version}\r\n"
            version, renewed = json.loads(request(key, info, ttl)[1])["seq"], now
        head, text, _ = request(subject, body, f"Job-Generation: {generation}\r\n")
        if not re.search("NATS/1.0 503|Code: (429|503)", head): return json.loads(text)
        time.sleep(0.2)
    sys.exit("the session may be taken for dead: it must not act any more")
def run(uid, ack):
    def record(): return ask("job.query.record", gid=uid.split("-")[0], uid=uid)["jobs"][0]
    def at(): return {"cursor": done, "progress": {"current": done, "total": job["args"]["to"]}}
    def say(verb, **more):
        return ask(f"{desk}.{uid}", verb=verb, id=uuid.uuid4().hex, epoch=epoch, **at(), **more)
    epoch = (job := record())["epoch"] + 1
    since = done = (ask(f"{desk}.{uid}", verb="checkpoint-last") or job)["cursor"] or 0
    say("claimed", claim=claim)
    wire.sendall(f"PUB {ack} 4\r\n+ACK\r\n".encode())  # the claim is in the log, or was refused
    while (job := record())["epoch"] == epoch and (job["claim"] or {}).get("session") == session:
        if job["cancel"] == "force": say("failed", error="Operation canceled", cancelled=True)
        elif job["status"] == "paused": time.sleep(0.2) if job["userPaused"] else say("resumed")
        elif job["status"] != "running": return  # it waits for others of its group
        elif job["userPaused"]: say("paused")
        elif done >= job["args"]["to"]: say("finished", result={"counted": done, "since": since})
        else:
            time.sleep(0.1); done += 1; say("checkpoint")  # the work
            told = {"epoch": epoch, **at()["progress"], "rate": None}
            text = json.dumps({**told, "at": int(time.time() * 1000)})
            wire.sendall(f"PUB job.progress.{uid} {len(text)}\r\n{text}\r\n".encode())
while True:  # registering makes the place to pull from, and tells which history this is
    generation = ask(f"{desk}.register", types=[tally], host=claim["host"])["generation"]
    for n in range(9, -10, -1):  # each priority has a place; it waits at the usual one
        how = {"no_wait": True} if n else {"expires": lease * 10**8}
        _, item, ack = request(f"{pull}+p{n}" if n else pull, {"batch": 1, **how})
        if item and not run(json.loads(item)["uid"], ack): break
