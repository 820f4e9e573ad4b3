/**
 * Why there is no connection, in words that say what to do. They hold no secrets, nor does what
 * they are caused by.
 */
import {
  AuthorizationError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from "@nats-io/transport-node";
import { BusError } from "../bus-error.ts";
import type { World } from "../world.ts";
import { expiryOf } from "./authenticator.ts";
import type { NatsAuth, NatsSettings } from "./nats-settings.ts";
import { natsUrlOf } from "./nats-url.ts";

/**
 * The BusError that an error of the client is: `denied` when one side does not trust the other,
 * `unavailable` when there is nobody, or nobody who answers.
 */
export function connectTrouble(error: unknown, settings: NatsSettings, world: World): BusError {
  const url = natsUrlOf(settings);
  if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) {
    const who = whoOf(settings.auth, world);
    return new BusError("denied", `${url} does not let us in: ${who}`, { cause: error });
  }
  const code = codeOf(error);
  const distrust = distrustOf(code, settings);
  if (distrust !== undefined) {
    return new BusError("denied", `${url}: ${distrust}`, { cause: error });
  }
  const what = error instanceof TimeoutError ? silence(settings) : nobody(code, messageOf(error));
  return new BusError("unavailable", `cannot reach ${url}: ${what}`, { cause: error });
}

function whoOf(auth: NatsAuth | undefined, world: World): string {
  if (auth === undefined) return "it wants to know who we are, and no user was given";
  if ("user" in auth) return "wrong user or password";
  if ("token" in auth) return "wrong token";
  if ("nkeySeedFile" in auth) return `it does not know the nkey in ${auth.nkeySeedFile}`;
  const expiryMs = expiryOf(auth.credsFile);
  return expiryMs !== undefined && expiryMs <= world.now()
    ? `the credentials in ${auth.credsFile} expired at ${new Date(expiryMs).toISOString()}`
    : `it does not accept the credentials in ${auth.credsFile}`;
}

/** What TLS has against the one or the other; undefined: nothing. */
function distrustOf(code: string, { tls }: NatsSettings): string | undefined {
  if (code === "CERT_HAS_EXPIRED") return "the server's certificate has expired";
  if (code === "CERT_NOT_YET_VALID") return "the server's certificate is not valid yet";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return "the server's certificate is for another host than this one";
  }
  if (/^(?:UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_|INVALID_CA)/.test(code)) {
    const by = tls?.ca === undefined ? "anybody whom Node trusts; name its CA with ?ca=" : tls.ca;
    return `the server's certificate is not signed by ${by}`;
  }
  if (/^ERR_SSL_.*(?:CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(code)) {
    return tls?.cert === undefined
      ? "the server wants a client's certificate; name one with ?cert= and ?key="
      : `the server does not accept the certificate ${tls.cert}`;
  }
  return undefined;
}

/** Also a server that refuses a client's certificate is silent to us: TLS 1.3 says so too late. */
function silence({ tls }: NatsSettings): string {
  if (tls === undefined) return "no answer in time";
  const certificate =
    tls.cert === undefined
      ? "want a client's certificate (?cert= and ?key=)"
      : `not accept the certificate ${tls.cert}`;
  return `no answer in time; the server may ${certificate}`;
}

function nobody(code: string, message: string): string {
  if (message.includes("does not support 'tls'")) return "the server has no TLS";
  if (/^ERR_SSL_|EPROTO/.test(code)) return "what answers there does not speak TLS as expected";
  if (message.includes("unexpected response")) return "what answers there is no NATS server";
  if (message.includes("undefined error")) {
    return "what is there hangs up; it may want TLS before anything else is said (?tls=first)";
  }
  const why = ["ENOTFOUND", "EAI_AGAIN"].includes(code) ? "there is no such host" : message;
  return `${why}; is it running? 'jobchart serve --with-nats' starts one`;
}

/** Of the error, or of the one that led to it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code } = error as Error & { readonly code?: unknown };
  return typeof code === "string" ? code : codeOf(error.cause);
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : "connection closed";
}
