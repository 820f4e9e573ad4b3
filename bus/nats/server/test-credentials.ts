/**
 * An operator, an account and users of it, as JSON Web Tokens signed with nkeys: what a server in
 * operator mode goes by, made afresh for a test.
 */
import { nkeys } from "@nats-io/transport-node";

type KeyPair = ReturnType<typeof nkeys.createUser>;

export interface TestOperator {
  /** Lines for the configuration of a server that trusts it. */
  readonly configuration: string;
  /** The text of a file of credentials of a new user; `expiresAt`: seconds since 1970. */
  credentials(expiresAt?: number): string;
}

export function testOperator(): TestOperator {
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const system = nkeys.createAccount();
  const operatorToken = signed(operator, operator, { type: "operator", version: 2 });
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, conn: -1, leaf: -1 };
  const claims = { type: "account", version: 2, limits: { ...limits, wildcards: true } };
  const accounts = [account, system].map(
    (each) => `${each.getPublicKey()}: ${signed(operator, each, claims)}`,
  );
  const configuration = [
    `operator: ${operatorToken}`,
    `system_account: ${system.getPublicKey()}`,
    "resolver: MEMORY",
    `resolver_preload: { ${accounts.join(", ")} }`,
  ];
  return {
    configuration: configuration.join("\n"),
    credentials: (expiresAt) => {
      const user = nkeys.createUser();
      const claims = { type: "user", version: 2, subs: -1, data: -1, payload: -1 };
      const token = signed(account, user, claims, expiresAt);
      const seed = Buffer.from(user.getSeed()).toString();
      return [block("NATS USER JWT", token), block("USER NKEY SEED", seed)].join("\n");
    },
  };
}

function signed(issuer: KeyPair, subject: KeyPair, nats: object, expiresAt?: number): string {
  const claims = {
    jti: subject.getPublicKey(),
    iat: 1_600_000_000,
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: "test",
    ...(expiresAt === undefined ? {} : { exp: expiresAt }),
    nats,
  };
  const text = [{ typ: "JWT", alg: "ed25519-nkey" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = Buffer.from(issuer.sign(Buffer.from(text))).toString("base64url");
  return `${text}.${signature}`;
}

function block(title: string, text: string): string {
  return `-----BEGIN ${title}-----\n${text}\n------END ${title}------\n`;
}
