// Koncorde with one filter a watch: reads a command a line, answers a line of JSON.
const { readFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const { Koncorde } = require("koncorde");

const { watches, messages } = JSON.parse(readFileSync(process.argv[2]));
const filters = watches.map(({ lat, lon, radius_m, topics }) => ({
  and: [{ geoDistance: { at: { lat, lon }, distance: `${radius_m}m` } }, { in: { topic: topics } }],
}));
const documents = messages.map(({ lat, lon, topic }) => ({ at: { lat, lon }, topic }));
const engine = new Koncorde();
const numbers = new Map();
const ids = [];

const costs = (count, before, began) => {
  const { user, system } = process.cpuUsage(before);
  return { us: Number(process.hrtime.bigint() - began) / 1000 / count, cpu_us: (user + system) / count };
};

const commands = {
  add: (first, count) => {
    const [before, began] = [process.cpuUsage(), process.hrtime.bigint()];
    const added = filters.slice(first, first + count).map((filter) => engine.register(filter));
    const spent = costs(count, before, began);
    ids.splice(first, count, ...added);
    added.forEach((id, place) => numbers.set(id, first + place));
    return spent;
  },
  remove: (first, count) => {
    const [before, began] = [process.cpuUsage(), process.hrtime.bigint()];
    ids.slice(first, first + count).forEach((id) => engine.remove(id));
    return costs(count, before, began);
  },
  match: (first, count) => {
    const told = documents.slice(first, first + count);
    const [before, began] = [process.cpuUsage(), process.hrtime.bigint()];
    const found = told.map((document) => engine.test(document));
    const spent = costs(count, before, began);
    return { ...spent, heard: found.map((of) => of.map((id) => numbers.get(id))) };
  },
  memory_kb: () => {
    global.gc();
    return process.memoryUsage().rss / 1000;
  },
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const [command, ...given] = JSON.parse(line);
  console.log(JSON.stringify(commands[command](...given)));
});
