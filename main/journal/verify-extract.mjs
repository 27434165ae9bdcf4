#!/usr/bin/env node
/**
 * Checks a sealed extract of a Qolma terminal's journal. Stands alone: one file, Node 20 or newer, nothing installed, no network.
 *
 *   node verify-extract.mjs extract.json [terminal-certificate-or-public-key.pem …]
 *
 * More than one where the terminal's key was renewed in between: each seal must be of one of them.
 *
 * What it proves, when it says GENUINE:
 *  1. each entry shown is, to the byte, the one from which the digest was made that the chain holds;
 *  2. the entries stand in the journal in this order, and between them nothing was left out, put in or changed: digests of other customers' entries
 *     fill the gaps without telling what they say;
 *  3. what is missing of an entry was purged by the journal itself under the bank's retention policy, with the entry that says so;
 *  4. receipts and terminal that it names are those of these entries;
 *  5. where it says COMPLETE: the operation has no other entry, because the terminal's key has signed the list. A digest does not tell whose entry it stands for, so without that
 *     signature (an extract made without access to the key, or one from which it was taken out) an entry of the operation may be hidden behind one;
 *  6. the chain up to there was signed with a key whose certificate you gave. Without one, the certificate in the extract is used, and whether that is
 *     the terminal's you must find out elsewhere (compare the fingerprint with the bank's).
 * Exit code 0: genuine. 1: not. 2: wrong use.
 *
 * The rules, should you want to write your own: SHA-256 throughout, hex in lower case.
 *   digest = SHA-256 of the entry's head as RFC 8785 JSON: atUtcMs, bootId, dataSha256, entryNumber, kind, monotonicMs, operationId, payloadSha256, sessionId, version
 *   hash   = SHA-256 of the text (hash before ‖ digest), 128 characters
 *   seal   = ECDSA P-256 with SHA-256, 64 bytes r‖s in base64url, over {"form":"qolma.journal.seal.1","hash":…,"journalId":…,"upToEntryNumber":…}
 *   complete = the same signature over {"entryNumbers":[…],"form":"qolma.journal.extract.complete.1","journalId":…,"operationId":…,"receiptNumbers":[…],"terminalNumber":…,"upToEntryNumber":…}
 *   sealed content = AES-256-GCM, nonce 12 ‖ text ‖ tag 16, associated data "journalId|entryNumber|kind|field"; a payload has 1 byte form (1), 1 byte length
 *   and the key's id before it. `placeKeys` of the extract open what belongs to this dispute and nothing else.
 */
import { createDecipheriv, createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const sha256 = (content) => createHash('sha256').update(content).digest('hex');
/** RFC 8785 for what occurs here: flat objects of text, whole numbers and null. */
const canonical = (object) => `{${Object.keys(object).sort().map((name) => `${JSON.stringify(name)}:${JSON.stringify(object[name])}`).join(',')}}`;

class NotGenuine extends Error {}

function check(condition, message) {
  if (!condition) throw new NotGenuine(message);
}

const HASH = /^[0-9a-f]{64}$/;
/** What is printed of the file's own words stays on its line. */
const NAME = /^[\x20-\x7e]{1,100}$/;

/** @param trusted  one public key, or several; none: the certificates in the extract. @returns the entries shown, with what could be opened. @throws NotGenuine */
export function verifyExtract(extract, trusted) {
  check(extract?.form === 'qolma.journal.extract.1', 'this is not an extract of form 1');
  check(NAME.test(extract.operationId) && NAME.test(extract.terminalNumber), 'it names no operation or no terminal');
  const shown = [];
  let covered = 0;
  for (const part of extract.parts) {
    check(Number.isSafeInteger(part.afterEntryNumber) && part.afterEntryNumber >= covered && HASH.test(part.afterHash), 'its parts do not follow each other');
    covered = part.seal.upToEntryNumber;
    let [hash, entryNumber] = [part.afterHash, part.afterEntryNumber];
    for (const link of part.links) {
      entryNumber += 1;
      check(link.entry !== undefined || HASH.test(link.digest), `entry ${entryNumber} is missing`);
      if (link.entry !== undefined) shown.push(checkEntry(link.entry, entryNumber, extract));
      hash = sha256(hash + (link.entry === undefined ? link.digest : digestOf(link.entry)));
    }
    check(entryNumber === part.seal.upToEntryNumber && hash === part.seal.hash, `the chain does not lead to the seal at entry ${part.seal.upToEntryNumber}`);
    check(isSigned({ form: 'qolma.journal.seal.1', journalId: extract.journalId, upToEntryNumber: part.seal.upToEntryNumber, hash }, part.seal, extract, trusted), `the seal at entry ${part.seal.upToEntryNumber} is not of this key`);
  }
  const own = shown.filter((entry) => entry.operationId === extract.operationId);
  check(own.length > 0, 'the extract shows no entry of the operation');
  for (const entry of shown) check(!entry.isPurged || shown.some((purge) => purge.kind === 'retention.purged' && purge.data !== null && took(purge.data, entry)), `content of entry ${entry.entryNumber} is gone and no purge says so`);
  for (const receiptNumber of extract.receiptNumbers) {
    check(own.some(({ data }) => data?.receiptNumber === receiptNumber), `no entry tells of the receipt ${JSON.stringify(receiptNumber)}`);
    check(receiptNumber.startsWith(`${extract.terminalNumber}-`), 'the receipt is of another terminal');
  }
  if (extract.complete !== undefined) checkComplete(extract, own, trusted);
  return shown;
}

/** Nothing of the operation was left out: the list that the terminal's key has signed is the one that is shown. */
function checkComplete(extract, own, trusted) {
  const { journalId, operationId, receiptNumbers, terminalNumber, complete } = extract;
  const list = { entryNumbers: own.map(({ entryNumber }) => entryNumber), form: 'qolma.journal.extract.complete.1', journalId, operationId, receiptNumbers, terminalNumber, upToEntryNumber: complete.upToEntryNumber };
  check(isSigned(list, complete, extract, trusted), 'the entries shown are not those that the terminal has listed as all of the operation');
}

function isSigned(object, { keyId, signature }, extract, trusted) {
  const keys = trusted === undefined ? [keyOf(extract, keyId)] : [trusted].flat();
  return keys.some((key) => verify('sha256', Buffer.from(canonical(object), 'utf8'), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')));
}

function digestOf({ atUtcMs, bootId, dataSha256, entryNumber, kind, monotonicMs, operationId, payloadSha256, sessionId, version }) {
  return sha256(canonical({ atUtcMs, bootId, dataSha256, entryNumber, kind, monotonicMs, operationId, payloadSha256, sessionId, version }));
}

function checkEntry(entry, entryNumber, extract) {
  check(entry.entryNumber === entryNumber, `entry ${entryNumber} is missing`);
  check(entry.operationId === extract.operationId || entry.kind === 'retention.purged', `entry ${entryNumber} belongs to another operation`);
  check(entry.data === null || sha256(entry.data) === entry.dataSha256, `the data of entry ${entryNumber} were changed`);
  const opened = {};
  if (typeof entry.payload === 'string') {
    const payload = Buffer.from(entry.payload, 'base64');
    check(sha256(payload) === entry.payloadSha256, `the payload of entry ${entryNumber} was changed`);
    if (payload[0] === 0) opened.payload = payload.subarray(1);
    else if (entry.placeKeys?.payload !== undefined) opened.payload = open(payload.subarray(2 + payload[1]), 'payload', entry, extract);
  }
  const data = entry.data === null ? null : JSON.parse(entry.data);
  for (const [field, { text }] of Object.entries(data?.sealed ?? {})) {
    if (entry.placeKeys?.[field] !== undefined) opened[field] = open(Buffer.from(text, 'base64url'), field, entry, extract);
  }
  return { entryNumber, kind: entry.kind, operationId: entry.operationId, atUtcMs: entry.atUtcMs, data, opened, isPurged: data === null || entry.payload === null };
}

/** Whether a purge took the content of an entry that is gone; one of payloads alone takes no data. `runs`: entries skipped and entries taken in turn, from `fromEntryNumber` on. */
function took({ content, fromEntryNumber, runs }, { entryNumber, data }) {
  if (data === null && content !== 'data') return false;
  let next = fromEntryNumber;
  for (let index = 0; index + 1 < runs.length; index += 2) {
    const first = next + runs[index];
    next = first + runs[index + 1];
    if (first <= entryNumber && entryNumber < next) return true;
  }
  return false;
}

function open(sealed, field, entry, extract) {
  try {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(entry.placeKeys[field], 'base64'), sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(`${extract.journalId}|${entry.entryNumber}|${entry.kind}|${field}`, 'utf8'));
    decipher.setAuthTag(sealed.subarray(sealed.length - 16));
    return Buffer.concat([decipher.update(sealed.subarray(12, sealed.length - 16)), decipher.final()]);
  } catch {
    throw new NotGenuine(`the key given for ${field} of entry ${entry.entryNumber} does not open it`);
  }
}

function keyOf(extract, keyId) {
  check(typeof extract.certificates?.[keyId] === 'string', `there is no certificate of the key ${keyId}`);
  return new X509Certificate(Buffer.from(extract.certificates[keyId], 'base64')).publicKey;
}

function main([extractFile, ...keyFiles]) {
  if (extractFile === undefined) {
    process.stderr.write('usage: node verify-extract.mjs extract.json [terminal-certificate-or-public-key.pem …]\n');
    return 2;
  }
  try {
    const extract = JSON.parse(readFileSync(extractFile, 'utf8'));
    const publicKeys = keyFiles.length === 0 ? undefined : keyFiles.map((file) => createPublicKey(readFileSync(file)));
    const shown = verifyExtract(extract, publicKeys);
    for (const { entryNumber, kind, atUtcMs, data, opened } of shown) {
      const rest = { ...data };
      delete rest.sealed;
      process.stdout.write(`${entryNumber}  ${new Date(atUtcMs).toISOString()}  ${kind}  ${data === null ? '(purged)' : JSON.stringify(rest)}\n`);
      for (const [field, bytes] of Object.entries(opened)) process.stdout.write(`    ${field}: ${bytes.toString('utf8').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd')}\n`);
    }
    const isOfTerminal = extract.receiptNumbers.length > 0 || extract.complete !== undefined;
    process.stdout.write(`\nGENUINE: ${shown.length} entries of operation ${extract.operationId} of ${isOfTerminal ? `terminal ${extract.terminalNumber}` : `journal ${extract.journalId}`}${extract.receiptNumbers.length === 0 ? '' : `, receipt ${extract.receiptNumbers.join(', ')}`}\n`);
    if (!isOfTerminal) process.stdout.write('Not proven: which terminal it is, because no receipt was given.\n');
    process.stdout.write(extract.complete === undefined ? 'Not proven: that no entry of the operation was left out. The terminal has not signed the list, or its signature was taken out.\n' : `COMPLETE: the operation had no other entry up to entry ${extract.complete.upToEntryNumber}\n`);
    if (keyFiles.length === 0) {
      for (const [keyId, der] of Object.entries(extract.certificates)) process.stdout.write(`Not checked: whether this certificate is the terminal's. Key ${keyId}, SHA-256 fingerprint ${new X509Certificate(Buffer.from(der, 'base64')).fingerprint256}\n`);
    }
    return 0;
  } catch (error) {
    process.stderr.write(`NOT GENUINE: ${error instanceof NotGenuine ? error.message : `the file cannot be read as an extract (${error.message})`}\n`);
    return 1;
  }
}

// By the file itself, whatever it was renamed to: silence with exit code 0 would read as GENUINE.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url))) process.exitCode = main(process.argv.slice(2));
