// Parse Server with LiveQuery over PostgreSQL as its own guide starts it: one process, default settings.
// node server.mjs PORT '{"host": …, "user": …, "database": …}'
import http from "node:http";
import express from "express";
import { ParseServer } from "parse-server";

const [port, database] = [Number(process.argv[2]), JSON.parse(process.argv[3])];
const api = new ParseServer({
  // The host stands in the options: inside the address it could not be the folder of a socket.
  databaseURI: `postgres://localhost/${database.database}`,
  databaseOptions: database,
  appId: "bench",
  masterKey: "bench-master",
  restAPIKey: "bench-rest",
  serverURL: `http://127.0.0.1:${port}/parse`,
  liveQuery: { classNames: ["CheckIn"] },
  allowClientClassCreation: true,
  directAccess: true,
});
await api.start();
const app = express();
app.use("/parse", api.app);
const server = http.createServer(app);
await ParseServer.createLiveQueryServer(server);
server.listen(port, "127.0.0.1", 4096);
process.on("SIGTERM", () => process.exit(0));
