import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nkeys, UserAuthenticationExpiredError } from "@nats-io/transport-node";
import { expect, test, vi } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import { freshFolder } from "../contract/fresh-folder.ts";
import { connectTo, outcomeAt, withUser } from "./server/connect-outcome.ts";
import { testOperator } from "./server/test-credentials.ts";
import { testServer } from "./server/test-servers.ts";

describeWith(parts.nats, "a connection", () => {
  test.concurrent.each([
    ["user: ann, password: xyzzy", "ann:xyzzy", "wrong user or password", "ann:wrong"],
    ["token: xyzzy", "xyzzy", "wrong token", "wrong"],
  ])("with { %s } is made, and refused to others", async (authorization, owner, why, wrong) => {
    await using server = await testServer({ configuration: `authorization: { ${authorization} }` });
    expect(await outcomeAt(withUser(server.url, owner))).toBe("connected");
    const refused = { code: "denied", message: `${server.url} does not let us in: ${why}` };
    expect(await outcomeAt(withUser(server.url, wrong))).toMatchObject(refused);
    expect(await outcomeAt(server.url)).toMatchObject({
      code: "denied",
      message: expect.stringMatching(/and no user was given$/),
    });
  });

  test.concurrent("with an nkey is made, and refused to others", async () => {
    const folder = freshFolder();
    const [ann, bob] = [nkeys.createUser(), nkeys.createUser()];
    for (const [name, user] of Object.entries({ ann, bob })) {
      writeFileSync(join(folder, name), `${Buffer.from(user.getSeed()).toString()}\n`);
    }
    writeFileSync(join(folder, "text"), "no seed");
    const users = `authorization: { users: [{ nkey: ${ann.getPublicKey()} }] }`;
    await using server = await testServer({ configuration: users });
    expect(await outcomeAt(`${server.url}?nkey=${folder}/ann`)).toBe("connected");
    expect(await outcomeAt(`${server.url}?nkey=${folder}/bob`)).toMatchObject({
      code: "denied",
      message: `${server.url} does not let us in: it does not know the nkey in ${folder}/bob`,
    });
    expect(await outcomeAt(`${server.url}?nkey=${folder}/text`)).toMatchObject({
      code: "bad-url",
      message: `${folder}/text: holds no nkey seed`,
    });
    expect(await outcomeAt(`${server.url}?nkey=${folder}/none`)).toMatchObject({
      code: "bad-url",
      message: `${folder}/none: the nkey seed cannot be read`,
    });
  });

  test.concurrent("with credentials is made, and refused when they have expired or are others'", async () => {
    const operator = testOperator();
    const folder = freshFolder();
    writeFileSync(join(folder, "ann"), operator.credentials());
    writeFileSync(join(folder, "old"), operator.credentials(1_700_000_000));
    writeFileSync(join(folder, "bob"), testOperator().credentials());
    writeFileSync(join(folder, "text"), "no credentials");
    await using server = await testServer(operator);
    expect(await outcomeAt(`${server.url}?creds=${folder}/ann`)).toBe("connected");
    const refused = (why: string) => ({
      code: "denied",
      message: `${server.url} does not let us in: ${why}`,
    });
    expect(await outcomeAt(`${server.url}?creds=${folder}/old`)).toMatchObject(
      refused(`the credentials in ${folder}/old expired at 2023-11-14T22:13:20.000Z`),
    );
    expect(await outcomeAt(`${server.url}?creds=${folder}/bob`)).toMatchObject(
      refused(`it does not accept the credentials in ${folder}/bob`),
    );
    expect(await outcomeAt(`${server.url}?creds=${folder}/text`)).toMatchObject({
      code: "bad-url",
      message: `${folder}/text: holds no credentials`,
    });
  });

  test.concurrent("goes on with credentials that are renewed in their file", async () => {
    const operator = testOperator();
    const file = join(freshFolder(), "creds");
    writeFileSync(file, operator.credentials(Math.ceil(Date.now() / 1_000) + 1));
    await using server = await testServer(operator);
    const connection = await connectTo(`${server.url}?creds=${file}`);
    for await (const status of connection.status()) {
      if (status.type !== "error") continue;
      expect(status.error).toBeInstanceOf(UserAuthenticationExpiredError);
      break;
    }
    writeFileSync(file, operator.credentials());
    await vi.waitFor(() => connection.flush(), { timeout: 10_000 });
    expect(connection.isClosed()).toBe(false);
    await connection.close();
  });

  test.concurrent("goes on with credentials whose file is away for a while", async () => {
    const file = join(freshFolder(), "seed");
    const ann = nkeys.createUser();
    writeFileSync(file, ann.getSeed());
    const users = `authorization: { users: [{ nkey: ${ann.getPublicKey()} }] }`;
    await using running = await testServer({ configuration: users });
    const connection = await connectTo(`${running.url}?nkey=${file}`);
    rmSync(file);
    await running.servers[0]?.stop();
    await running.servers[0]?.start();
    await vi.waitFor(() => connection.flush(), { timeout: 10_000 });
    expect(connection.isClosed()).toBe(false);
    await connection.close();
  });
});
