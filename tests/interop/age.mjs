// Another implementation of age. Usage: node age.mjs decrypt IDENTITY-FILE | encrypt RECIPIENT-FILE
// | armoured RECIPIENT-FILE | passphrase FILE | lock FILE (with a passphrase, armoured); reads the input from standard input, writes the output to standard output.
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";

globalThis.crypto ??= webcrypto; // node 18 keeps it to itself
const { Decrypter, Encrypter, armor } = await import("age-encryption");

const [verb, file] = process.argv.slice(2);
const told = readFileSync(file, "utf8").trim();
const input = readFileSync(0);
let output;
if (verb === "encrypt" || verb === "armoured") {
  const encrypter = new Encrypter();
  encrypter.addRecipient(told);
  output = await encrypter.encrypt(input);
  if (verb === "armoured") output = armor.encode(output);
} else if (verb === "lock") {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(4);
  encrypter.setPassphrase(told);
  output = armor.encode(await encrypter.encrypt(input));
} else {
  const decrypter = new Decrypter();
  if (verb === "decrypt") decrypter.addIdentity(told);
  else decrypter.addPassphrase(told);
  output = await decrypter.decrypt(input);
}
process.stdout.write(output);
