import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import { outcomeAt } from "./server/connect-outcome.ts";
import { testServer } from "./server/test-servers.ts";

const pem = (name: string): string => join(import.meta.dirname, "certificates", name);

describeWith(parts.nats, "a connection", () => {
  describe.concurrent.each([
    ["TLS", "", ""],
    ["TLS first", ", handshake_first: true", "&tls=first"],
  ])("over %s", (_, more, setting) => {
    const serverWith = (name: string, verify = "") => {
      const files = `cert_file: "${pem(`${name}.pem`)}", key_file: "${pem(`${name}.key`)}"`;
      return testServer({ configuration: `tls: { ${files}${more}${verify} }` });
    };
    const trusting = `?ca=${pem("ca.pem")}${setting}`;

    test.concurrent("is made with a server whose certificate is trusted, and no other", async () => {
      await using server = await serverWith("server");
      expect(await outcomeAt(`${server.url}${trusting}`)).toBe("connected");
      expect(await outcomeAt(`tls://${server.url.slice(7)}${trusting}`)).toBe("connected");
      const by = (signer: string) => ({
        code: "denied",
        message: `${server.url}: the server's certificate is not signed by ${signer}`,
      });
      const stranger = `${server.url}?ca=${pem("stranger.pem")}${setting}`;
      expect(await outcomeAt(stranger)).toMatchObject(by(pem("stranger.pem")));
      const nobody = "anybody whom Node trusts; name its CA with ?ca=";
      expect(await outcomeAt(`${server.url}?${setting}`)).toMatchObject(by(nobody));
    });

    test.concurrent.each([
      ["expired", "the server's certificate has expired"],
      ["elsewhere", "the server's certificate is for another host than this one"],
    ])("is refused when the certificate is %s", async (name, why) => {
      await using server = await serverWith(name);
      const message = `${server.url}: ${why}`;
      const refused = await outcomeAt(`${server.url}${trusting}`);
      expect(refused).toMatchObject({ code: "denied", message });
    });

    test.concurrent("is made with a client's certificate, and else not", async () => {
      const verify = `, ca_file: "${pem("ca.pem")}", verify: true`;
      await using server = await serverWith("server", verify);
      const as = (name: string): string =>
        `${server.url}${trusting}&cert=${pem(`${name}.pem`)}&key=${pem(`${name}.key`)}`;
      expect(await outcomeAt(as("client"))).toBe("connected");
      const [bare, expired] = await Promise.all([
        outcomeAt(`${server.url}${trusting}`),
        outcomeAt(as("expired")),
      ]);
      const message = expect.stringMatching(/the server (?:may )?wants? a client's certificate/);
      expect(bare).toMatchObject({ message });
      const why = /the server (?:may|does) not accept the certificate \S+\/expired.pem$/;
      expect(expired).toMatchObject({ message: expect.stringMatching(why) });
      const mismatch = as("client").replace("client.key", "server.key");
      expect(await outcomeAt(mismatch)).toMatchObject({
        code: "bad-url",
        message: `${pem("server.key")}: is not the key of ${pem("client.pem")}`,
      });
    });
  });

  test.concurrent("with TLS is refused by a server that has none, and without by one that wants it first", async () => {
    await using plain = await testServer();
    expect(await outcomeAt(`${plain.url}?tls=require`)).toMatchObject({
      code: "unavailable",
      message: `cannot reach ${plain.url}: the server has no TLS`,
    });
    expect(await outcomeAt(`${plain.url}?tls=first`)).toMatchObject({
      code: "unavailable",
      message: `cannot reach ${plain.url}: what answers there does not speak TLS as expected`,
    });
    expect(await outcomeAt(`${plain.url}?ca=${pem("make.sh")}`)).toMatchObject({
      code: "bad-url",
      message: `${pem("make.sh")}: holds no certificate as PEM`,
    });
  });
});
