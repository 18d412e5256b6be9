// Judges the simulations that stand on the standard input as one JSON list, and prints a list of the results.
import { anonymousPrincipal, runSimulation } from "@cloud-copilot/iam-simulate";
import { readFileSync } from "node:fs";

const results = [];
for (const simulation of JSON.parse(readFileSync(0, "utf8"))) {
  if (simulation.request.principal === null) simulation.request.principal = anonymousPrincipal;
  results.push(await runSimulation(simulation, {}));
}
console.log(JSON.stringify(results));
