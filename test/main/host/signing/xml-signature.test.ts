import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signer } from '../../../../main/host/signing/signer.ts';
import type { Trust } from '../../../../main/host/signing/trust.ts';
import { signEnvelope, verifyEnvelope } from '../../../../main/host/signing/xml-signature.ts';

const VECTORS = new URL('../../../vectors/iso20022/', import.meta.url);
const signed = readFileSync(new URL('signed-envelope.pain.001.001.13.xml', VECTORS), 'utf8').trimEnd();
const vectorTrust: Trust = { keysValidNow: () => [{ keyId: 'vector', publicKey: createPublicKey(readFileSync(new URL('signed-envelope.pub.pem', VECTORS))) }] };

const verifyText = (text: string, trust = vectorTrust) => verifyEnvelope(Buffer.from(text), trust);
const SIGNATURE = /<ds:Signature .*<\/ds:Signature>/.exec(signed)![0];
const invalid = { ok: false, error: { kind: 'invalid' } };
const malformed = { ok: false, error: { kind: 'malformed' } };

/** A signer and a trust of our own, to make documents that are badly formed but well signed. */
function ownKeys(): { readonly signer: Signer; readonly trust: Trust } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { signer: { keyId: 'own', sign: (bytes) => sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }) }, trust: { keysValidNow: () => [{ keyId: 'own', publicKey }] } };
}

describe('the signed sample of another program', () => {
  it('verifies, and gives the text without signature and holder', () => {
    expect(verifyText(signed)).toEqual({ ok: true, value: { keyId: 'vector', canonical: signed.replace(`<Sgntr>${SIGNATURE}</Sgntr>`, '') } });
  });

  it('verifies with other quotes and spaces inside tags: the same infoset', () => {
    const other = signed.replaceAll('Ccy="KZT"', "Ccy = 'KZT'").replace('<GrpHdr>', '<GrpHdr >').replace('</Envelope>', '</Envelope\n>');
    expect(other).not.toBe(signed);
    expect(verifyText(other)).toEqual(verifyText(signed));
  });

  it('says which key fitted when several are pinned', () => {
    const others = ownKeys().trust.keysValidNow();
    const both: Trust = { keysValidNow: () => [...others, ...vectorTrust.keysValidNow()] };
    expect(verifyText(signed, both)).toMatchObject({ ok: true, value: { keyId: 'vector' } });
  });
});

describe('the wrapping corpus', () => {
  const evil = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.13"><CstmrCdtTrfInitn></CstmrCdtTrfInitn></Document>';
  const cases: Record<string, [string, object]> = {
    'a changed amount': [signed.replace('<CtrlSum>4900.00</CtrlSum>', '<CtrlSum>4900.01</CtrlSum>'), invalid],
    'a changed amount attribute': [signed.replace('Ccy="KZT"', 'Ccy="USD"'), invalid],
    'white space between elements': [signed.replace('</AppHdr><Document', '</AppHdr> <Document'), invalid],
    'an added element': [signed.replace('</Envelope>', `${evil}</Envelope>`), invalid],
    'a wrapped body: the signed envelope moved into another': [signed.replace('<Envelope xmlns="urn:example:kiosk-link:envelope:1">', '<Envelope xmlns="urn:example:kiosk-link:envelope:1"><Envelope>').replace('</Envelope>', `</Envelope>${evil}</Envelope>`), invalid],
    'the signed document moved into the signature': [signed.replace('</ds:Signature>', `<ds:Object>${evil}</ds:Object></ds:Signature>`), invalid],
    'a doubled signature': [signed.replace(SIGNATURE, SIGNATURE + SIGNATURE), invalid],
    'a second holder': [signed.replace('</Document></Envelope>', `<Sgntr>${SIGNATURE}</Sgntr></Document></Envelope>`), malformed],
    'a second signature elsewhere': [signed.replace('</Document></Envelope>', `${SIGNATURE}</Document></Envelope>`), invalid],
    'a signature of another prefix': [signed.replaceAll('ds:', 'x:').replace('xmlns:ds', 'xmlns:x'), invalid],
    'a re-bound prefix': [signed.replace('xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', 'xmlns:ds="urn:evil"'), invalid],
    'no signature': [signed.replace(SIGNATURE, ''), invalid],
    'no holder': [signed.replace(`<Sgntr>${SIGNATURE}</Sgntr>`, ''), malformed],
    'a swapped signature algorithm': [signed.replace('xmldsig-more#ecdsa-sha256', 'xmldsig-more#hmac-sha256'), invalid],
    'a swapped digest algorithm': [signed.replace('http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2000/09/xmldsig#sha1'), invalid],
    'inclusive canonicalisation': [signed.replace('<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">', '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315">'), invalid],
    'an extra transform': [signed.replace('</ds:Transforms>', '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></ds:Transform></ds:Transforms>'), invalid],
    'an extra reference': [signed.replace('</ds:SignedInfo>', `${/<ds:Reference .*<\/ds:Reference>/.exec(signed)![0]}</ds:SignedInfo>`), invalid],
    'a reference to a part only': [signed.replace('URI=""', 'URI="#body"'), invalid],
    'several SignedInfo': [signed.replace('<ds:SignatureValue>', `${/<ds:SignedInfo>.*<\/ds:SignedInfo>/.exec(signed)![0]}<ds:SignatureValue>`), invalid],
    'a KeyInfo': [signed.replace('</ds:SignatureValue>', '</ds:SignatureValue><ds:KeyInfo></ds:KeyInfo>'), invalid],
    'a comment in the digest': [signed.replace('<ds:DigestValue>', '<ds:DigestValue><!-- -->'), malformed],
    'a processing instruction': [signed.replace('<Document', '<?evil ?><Document'), malformed],
    'a CDATA section': [signed.replace('Provider 0042', '<![CDATA[Provider 0042]]>'), malformed],
    'an XML declaration': [`<?xml version="1.0"?>${signed}`, malformed],
    'a DOCTYPE': [`<!DOCTYPE Envelope>${signed}`, malformed],
    'a bomb of entities': [`<!DOCTYPE Envelope [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${signed.replace('Provider 0042', '&b;')}`, malformed],
    'an undeclared entity': [signed.replace('Provider 0042', '&evil;'), malformed],
    'a byte order mark': [`\uFEFF${signed}`, malformed],
    'a NUL': [signed.replace('Provider 0042', 'Provider\u0000'), malformed],
    'a truncated document': [signed.slice(0, -20), malformed],
    'sixty-five levels': [`<Envelope>${'<a>'.repeat(64)}${'</a>'.repeat(64)}</Envelope>`, malformed],
    'a hundred namespaces': [signed.replace('<Document', `<Document ${Array.from({ length: 100 }, (_, index) => `xmlns:n${index}="urn:${index}"`).join(' ')}`), malformed],
    'nine attributes on one element': [signed.replace('<GrpHdr>', `<GrpHdr ${Array.from({ length: 9 }, (_, index) => `a${index}='>'`).join(' ')}>`), malformed],
    'a value with the bits swapped to base64 of another length': [signed.replace(/(<ds:SignatureValue>)[^<]{4}/, '$1'), invalid],
    nothing: ['', malformed],
  };

  it.each(Object.entries(cases))('refuses %s', (_, [text, expected]) => {
    expect(text).not.toBe(signed);
    expect(verifyText(text)).toMatchObject(expected);
  });

  it('refuses more than 256 KiB before it is parsed', () => {
    expect(verifyEnvelope(Buffer.alloc(256 * 1024 + 1, 0x20), vectorTrust)).toEqual({ ok: false, error: { kind: 'malformed', detail: 'longer than allowed' } });
  });

  it('refuses UTF-16 although a parser would read it', () => {
    expect(verifyEnvelope(Buffer.from(signed, 'utf16le'), vectorTrust)).toMatchObject(malformed);
  });

  it('refuses a key that is not pinned, and every key when none is valid now', () => {
    expect(verifyText(signed, ownKeys().trust)).toMatchObject(invalid);
    expect(verifyText(signed, { keysValidNow: () => [] })).toMatchObject(invalid);
  });

  it('is not led astray by names of the signature in a value', () => {
    const { signer, trust } = ownKeys();
    const text = '<Envelope><AppHdr><Sgntr></Sgntr></AppHdr><Document>&lt;Sgntr&gt;&lt;/Sgntr&gt; ds:Signature &amp;amp; қ\n</Document></Envelope>';
    expect(verifyEnvelope(signEnvelope(text, signer), trust)).toEqual({ ok: true, value: { keyId: 'own', canonical: text.replace('<Sgntr></Sgntr>', '') } });
  });
});

describe('documents made to take long', () => {
  // 256 KiB each; the times of an idle machine are 5–40 ms, so a second means that something is quadratic.
  const size = 256 * 1024 - 100;
  const fill = (part: string) => part.repeat(Math.floor(size / part.length));
  it.each(Object.entries({
    siblings: `<Envelope>${fill('<a></a>')}</Envelope>`,
    attributes: `<Envelope ${Array.from({ length: 20_000 }, (_, index) => `a${index}="1"`).join(' ')}></Envelope>`,
    references: `<Envelope>${fill('&amp;')}</Envelope>`,
    'open tags': `<Envelope>${fill('<a ')}`,
    'an open quote': `<Envelope a="${fill('<')}`,
    holders: `<Envelope>${fill('<Sgntr></Sgntr>')}</Envelope>`,
    'one long name': `<Envelope><${fill('a')}></Envelope>`,
  }))('end at once: %s', (_, text) => {
    const startedMs = performance.now();
    expect(verifyText(text).ok).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});

describe('any bytes', () => {
  it('never throw, and verify only when they say the same', () => {
    const original = Buffer.from(signed);
    const expected = verifyText(signed);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const mutated = Buffer.from(original);
        for (const [index, byte] of changes) mutated[index] = byte;
        const result = verifyEnvelope(mutated, vectorTrust);
        // A byte may turn into its equal, or a space inside a tag: then the canonical text is the same, and nothing else may be believed.
        if (result.ok) expect(result).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('never throw when they are noise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: fc.constantFrom('<', '>', '/', '"', "'", '=', '&', ';', '#', 'x', 'Envelope', 'Sgntr', 'xmlns', ' ', 'ds:Signature') }).map((text) => Buffer.from(`<Envelope${text}`))), (bytes) => {
        expect(verifyEnvelope(bytes, vectorTrust).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('signing', () => {
  it('makes what the verifier accepts, with a digest that anybody can recompute', () => {
    const { signer, trust } = ownKeys();
    const text = '<Envelope><AppHdr><Sgntr></Sgntr></AppHdr><Document>1</Document></Envelope>';
    const bytes = signEnvelope(text, signer);
    expect(bytes.toString()).toContain(`<ds:DigestValue>${createHash('sha256').update(text).digest('base64')}</ds:DigestValue>`);
    expect(verifyEnvelope(bytes, trust)).toMatchObject({ ok: true });
  });

  it.each(['<Envelope></Envelope>', '<Envelope><Sgntr></Sgntr><Sgntr></Sgntr></Envelope>'])('asserts one place for the signature: %s', (text) => {
    expect(() => signEnvelope(text, ownKeys().signer)).toThrow('one place for its signature');
  });
});
