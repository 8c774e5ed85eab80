// docxtemplater, one file per letter: letters per second of processor time. By hand:
//
//     python benchmarks/letter.py FOLDER
//     npm install --prefix FOLDER docxtemplater@3.71.0 pizzip@3.3.0
//     node benchmarks/docxtemplater.mjs FOLDER
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const folder = process.argv[2];
const require = createRequire(`${folder}/`);
const Docxtemplater = require("docxtemplater");
const PizZip = require("pizzip");

const data = readFileSync(`${folder}/letter.docx`);
const people = JSON.parse(readFileSync(`${folder}/people.json`));
const started = process.cpuUsage();
for (const [number, person] of people.entries()) {
  const letter = new Docxtemplater(new PizZip(data), {
    delimiters: { start: "{{", end: "}}" },
    linebreaks: true,
  });
  letter.render(person);
  const options = { type: "nodebuffer", compression: "DEFLATE" };
  writeFileSync(`${folder}/${number}.docx`, letter.getZip().generate(options));
}
const spent = process.cpuUsage(started);
console.log(Math.round((people.length * 1e6) / (spent.user + spent.system)));
