// Koncorde with one filter a watch or offer: reads a command a line, answers a line of JSON.
const { readFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const { Koncorde } = require("koncorde");

const { watches, messages, listed } = JSON.parse(readFileSync(process.argv[2]));
// Where corners are given they are the area, else a circle is.
const area = ({ lat, lon, radius_m, corners }) =>
  corners
    ? { geoPolygon: { at: { points: corners } } }
    : { geoDistance: { at: { lat, lon }, distance: `${radius_m}m` } };
// `in` asks a single value: who has many topics is a document for each. `exists` looks into a list of them.
const about = (topics) =>
  listed ? { or: topics.map((topic) => ({ exists: `topics["${topic}"]` })) } : { in: { topic: topics } };
const filters = watches.map((watch) => ({ and: [area(watch), about(watch.topics)] }));
const documents = messages.map(({ lat, lon, topic, topics }) =>
  listed
    ? [{ at: { lat, lon }, topics }]
    : (topics ?? [topic]).map((each) => ({ at: { lat, lon }, topic: each })),
);
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
    const found = told.map((each) =>
      each.length === 1 ? engine.test(each[0]) : [...new Set(each.flatMap((one) => engine.test(one)))],
    );
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
