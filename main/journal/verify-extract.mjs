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
 *  4. the chain up to there was signed with a key whose certificate you gave. Without one, the certificate in the extract is used, and whether that is
 *     the terminal's you must find out elsewhere (compare the fingerprint with the bank's).
 * Exit code 0: genuine. 1: not. 2: wrong use.
 *
 * The rules, should you want to write your own: SHA-256 throughout, hex in lower case.
 *   digest = SHA-256 of the entry's head as RFC 8785 JSON: atUtcMs, bootId, dataSha256, entryNumber, kind, monotonicMs, operationId, payloadSha256, sessionId, version
 *   hash   = SHA-256 of the text (hash before ‖ digest), 128 characters
 *   seal   = ECDSA P-256 with SHA-256, 64 bytes r‖s in base64url, over {"form":"qolma.journal.seal.1","hash":…,"journalId":…,"upToEntryNumber":…}
 *   sealed content = AES-256-GCM, nonce 12 ‖ text ‖ tag 16, associated data "journalId|entryNumber|kind|field"; a payload has 1 byte form (1), 1 byte length
 *   and the key's id before it. `placeKeys` of the extract open what belongs to this dispute and nothing else.
 */
import { createDecipheriv, createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (content) => createHash('sha256').update(content).digest('hex');
/** RFC 8785 for what occurs here: flat objects of text, whole numbers and null. */
const canonical = (object) => `{${Object.keys(object).sort().map((name) => `${JSON.stringify(name)}:${JSON.stringify(object[name])}`).join(',')}}`;

class NotGenuine extends Error {}

function check(condition, message) {
  if (!condition) throw new NotGenuine(message);
}

/** @param trusted  one public key, or several; none: the certificates in the extract. @returns the entries shown, with what could be opened. @throws NotGenuine */
export function verifyExtract(extract, trusted) {
  check(extract?.form === 'qolma.journal.extract.1', 'this is not an extract of form 1');
  const shown = [];
  for (const part of extract.parts) {
    let [hash, entryNumber] = [part.afterHash, part.afterEntryNumber];
    for (const link of part.links) {
      entryNumber += 1;
      if (link.entry !== undefined) shown.push(checkEntry(link.entry, entryNumber, extract));
      hash = sha256(hash + (link.entry === undefined ? link.digest : digestOf(link.entry)));
    }
    check(entryNumber === part.seal.upToEntryNumber && hash === part.seal.hash, `the chain does not lead to the seal at entry ${part.seal.upToEntryNumber}`);
    const bytes = Buffer.from(canonical({ form: 'qolma.journal.seal.1', journalId: extract.journalId, upToEntryNumber: part.seal.upToEntryNumber, hash }), 'utf8');
    const keys = trusted === undefined ? [keyOf(extract, part.seal.keyId)] : [trusted].flat();
    check(keys.some((key) => verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(part.seal.signature, 'base64url'))), `the seal at entry ${part.seal.upToEntryNumber} is not of this key`);
  }
  check(shown.length > 0, 'the extract shows no entry');
  for (const entry of shown) check(!entry.isPurged || shown.some((purge) => purge.kind === 'retention.purged' && took(purge.data, entry.entryNumber)), `content of entry ${entry.entryNumber} is gone and no purge says so`);
  return shown;
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
  return { entryNumber, kind: entry.kind, atUtcMs: entry.atUtcMs, data, opened, isPurged: data === null || entry.payload === null };
}

/** Whether a purge took content of an entry. `runs`: entries skipped and entries taken in turn, from `fromEntryNumber` on. */
function took({ fromEntryNumber, runs }, entryNumber) {
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
      for (const [field, bytes] of Object.entries(opened)) process.stdout.write(`    ${field}: ${bytes.toString('utf8')}\n`);
    }
    process.stdout.write(`\nGENUINE: ${shown.length} entries of operation ${extract.operationId} of terminal ${extract.terminalNumber}\n`);
    if (keyFiles.length === 0) {
      for (const [keyId, der] of Object.entries(extract.certificates)) process.stdout.write(`Not checked: whether this certificate is the terminal's. Key ${keyId}, SHA-256 fingerprint ${new X509Certificate(Buffer.from(der, 'base64')).fingerprint256}\n`);
    }
    return 0;
  } catch (error) {
    process.stderr.write(`NOT GENUINE: ${error instanceof NotGenuine ? error.message : `the file cannot be read as an extract (${error.message})`}\n`);
    return 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1].split(/[\\/]/).at(-1) ?? '')) process.exitCode = main(process.argv.slice(2));
