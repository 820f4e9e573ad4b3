/**
 * TLS as the client wants it told. The files are looked at before, since they fail in obscure ways
 * later; the client reads them again at every connection.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { NodeConnectionOptions } from "@nats-io/transport-node";
import { BusError } from "../bus-error.ts";
import type { NatsTls } from "./nats-settings.ts";

type TlsOptions = NonNullable<NodeConnectionOptions["tls"]>;

/** Fails with BusError `bad-url` when a file cannot be read or is not what it should be. */
export function tlsOptionsOf({ ca, cert, key, first }: NatsTls): TlsOptions {
  if (ca !== undefined) certificateIn(ca);
  if (cert !== undefined && key !== undefined) expectPair(cert, key);
  return {
    ...(ca === undefined ? {} : { caFile: ca }),
    ...(cert === undefined ? {} : { certFile: cert }),
    ...(key === undefined ? {} : { keyFile: key }),
    ...(first === undefined ? {} : { handshakeFirst: first }),
  };
}

function expectPair(cert: string, key: string): void {
  const certificate = certificateIn(cert);
  const privateKey = parsed(key, "private key without a passphrase", createPrivateKey);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new BusError("bad-url", `${key}: is not the key of ${cert}`);
  }
}

function certificateIn(file: string): X509Certificate {
  return parsed(file, "certificate", (text) => new X509Certificate(text));
}

function parsed<T>(file: string, what: string, parse: (text: string) => T): T {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new BusError("bad-url", `${file}: cannot be read`, { cause });
  }
  try {
    return parse(text);
  } catch (cause) {
    throw new BusError("bad-url", `${file}: holds no ${what} as PEM`, { cause });
  }
}
