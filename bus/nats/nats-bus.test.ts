/**
 * The NATS bus keeps the contract on one server.
 */
import { describeWith, parts } from "../../properties/parts.ts";
import { contractOnServers } from "./contract-on-servers.ts";
import { testServer } from "./server/test-servers.ts";

describeWith(parts.nats, "on one server", () => {
  contractOnServers("nats", () => testServer());
});
