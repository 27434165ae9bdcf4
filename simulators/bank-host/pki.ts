import { X509Certificate, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../main/foundation/random.ts';
import { sampleRetentionPolicy, signRetentionPolicy } from './retention-policy.ts';
import { issueCertificate } from './x509-der.ts';
import type { CertificateName, KeyUsage } from './x509-der.ts';

/** Keys and certificates of the invented bank and the sample terminal. SAMPLE ONLY: the authority's key is thrown away after the five certificates. */
export interface KeyPairPem {
  readonly certificatePem: string;
  readonly keyPem: string;
}
export interface SamplePki {
  readonly caPem: string;
  /** TLS server, localhost and 127.0.0.1. */
  readonly host: KeyPairPem;
  /** TLS client of the terminal; its common name is the terminal id. */
  readonly terminal: KeyPairPem;
  /** Signs answers. */
  readonly hostSign: KeyPairPem;
  /** Signs requests. */
  readonly terminalSign: KeyPairPem;
  /** What only the bank may read is encrypted to this key. */
  readonly hostEncrypt: KeyPairPem;
}

const ORGANISATION = 'Qolma sample bank (invented, for tests only)';
const VALIDITY_DAYS = 730;
const DAY_MS = 86_400_000;
/** File stems by member; each has `.pem` and `.key`. [main/contracts/run-folder.ts] */
const FILE_STEMS = { host: 'host', terminal: 'terminal', hostSign: 'host-sign', terminalSign: 'terminal-sign', hostEncrypt: 'host-encrypt' } as const;
/** The bank's retention policy for its terminals, signed. */
const POLICY_FILE = 'retention-policy.json';
type Member = keyof typeof FILE_STEMS;

interface Profile {
  readonly commonName: (terminalId: string) => string;
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly ('serverAuth' | 'clientAuth')[];
  readonly isLoopbackServer: boolean;
}
const PROFILES: Readonly<Record<Member, Profile>> = {
  host: { commonName: () => 'localhost', keyUsage: ['digitalSignature'], extendedKeyUsage: ['serverAuth'], isLoopbackServer: true },
  terminal: { commonName: (terminalId) => terminalId, keyUsage: ['digitalSignature'], extendedKeyUsage: ['clientAuth'], isLoopbackServer: false },
  hostSign: { commonName: () => 'sample-bank-sign', keyUsage: ['digitalSignature', 'nonRepudiation'], extendedKeyUsage: [], isLoopbackServer: false },
  terminalSign: { commonName: (terminalId) => `${terminalId}-sign`, keyUsage: ['digitalSignature', 'nonRepudiation'], extendedKeyUsage: [], isLoopbackServer: false },
  hostEncrypt: { commonName: () => 'sample-bank-encrypt', keyUsage: ['keyAgreement'], extendedKeyUsage: [], isLoopbackServer: false },
};

export interface SamplePkiOptions {
  readonly nowUtcMs: number;
  /** For serial numbers; the keys themselves come from the system. */
  readonly random: Random;
  /** @default '0427' */
  readonly terminalId?: string;
  /** Another source of P-256 keys, for a world that must repeat to the byte. @default the system's */
  readonly makeKeys?: () => { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

const systemKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Makes a fresh set in memory: P-256 throughout, valid from yesterday for two years. */
export function generateSamplePki(options: SamplePkiOptions): SamplePki {
  const terminalId = options.terminalId ?? '0427';
  const authorityName: CertificateName = { commonName: 'Sample CA', organisation: ORGANISATION };
  const makeKeys = options.makeKeys ?? systemKeys;
  const authority = makeKeys();
  const validity = { notBeforeUtcMs: options.nowUtcMs - DAY_MS, notAfterUtcMs: options.nowUtcMs + VALIDITY_DAYS * DAY_MS };
  const issue = (fields: { subject: CertificateName; key: KeyObject; isAuthority: boolean; keyUsage: readonly KeyUsage[]; extendedKeyUsage: readonly ('serverAuth' | 'clientAuth')[]; isLoopbackServer: boolean }) =>
    issueCertificate({
      subject: fields.subject,
      issuer: authorityName,
      subjectPublicKey: fields.key,
      issuerPrivateKey: authority.privateKey,
      serial: options.random.bytes(16),
      ...validity,
      isAuthority: fields.isAuthority,
      keyUsage: fields.keyUsage,
      extendedKeyUsage: fields.extendedKeyUsage,
      dnsNames: fields.isLoopbackServer ? ['localhost'] : [],
      ipV4Addresses: fields.isLoopbackServer ? ['127.0.0.1'] : [],
    });
  const member = (name: Member): KeyPairPem => {
    const profile = PROFILES[name];
    const pair = makeKeys();
    const subject = { commonName: profile.commonName(terminalId), organisation: ORGANISATION };
    return {
      certificatePem: issue({ subject, key: pair.publicKey, isAuthority: false, keyUsage: profile.keyUsage, extendedKeyUsage: profile.extendedKeyUsage, isLoopbackServer: profile.isLoopbackServer }),
      keyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  };
  return {
    caPem: issue({ subject: authorityName, key: authority.publicKey, isAuthority: true, keyUsage: ['keyCertSign', 'cRLSign'], extendedKeyUsage: [], isLoopbackServer: false }),
    host: member('host'),
    terminal: member('terminal'),
    hostSign: member('hostSign'),
    terminalSign: member('terminalSign'),
    hostEncrypt: member('hostEncrypt'),
  };
}

/**
 * The set of the run folder, made on first use and again when it has less than a day to live. Folder 0700, keys 0600.
 *
 * @param folder the `pki` folder; made when absent
 */
export function createSamplePki(folder: string, options: SamplePkiOptions): SamplePki {
  const existing = readSamplePki(folder);
  if (existing !== undefined && isUsable(existing, options.nowUtcMs)) return existing;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pki = generateSamplePki(options);
  for (const [member, stem] of Object.entries(FILE_STEMS) as [Member, string][]) {
    writeFileSync(join(folder, `${stem}.pem`), pki[member].certificatePem);
    writeFileSync(join(folder, `${stem}.key`), pki[member].keyPem, { mode: 0o600 });
    chmodSync(join(folder, `${stem}.key`), 0o600);
  }
  writeFileSync(join(folder, POLICY_FILE), `${JSON.stringify(signRetentionPolicy(sampleRetentionPolicy(), pki.hostSign), null, 2)}\n`);
  // Last, because its presence says that the set is whole.
  writeFileSync(join(folder, 'ca.pem'), pki.caPem);
  return pki;
}

/** The set as files have it, or undefined when a file is missing. */
export function readSamplePki(folder: string): SamplePki | undefined {
  const paths = ['ca.pem', POLICY_FILE, ...Object.values(FILE_STEMS).flatMap((stem) => [`${stem}.pem`, `${stem}.key`])];
  if (!paths.every((path) => existsSync(join(folder, path)))) return undefined;
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const member = (name: Member): KeyPairPem => ({ certificatePem: read(`${FILE_STEMS[name]}.pem`), keyPem: read(`${FILE_STEMS[name]}.key`) });
  return { caPem: read('ca.pem'), host: member('host'), terminal: member('terminal'), hostSign: member('hostSign'), terminalSign: member('terminalSign'), hostEncrypt: member('hostEncrypt') };
}

/** The certificate that the sample terminal changes to, beside the one in use: put there by whoever tries the change of keys. */
export function renewedTerminalCertificates(folder: string): readonly string[] {
  const path = join(folder, 'terminal-sign-next.pem');
  return existsSync(path) ? [readFileSync(path, 'utf8')] : [];
}

/** All from one authority, keys and certificates belong together, and a day is left. */
function isUsable(pki: SamplePki, nowUtcMs: number): boolean {
  const authority = new X509Certificate(pki.caPem);
  return (Object.keys(FILE_STEMS) as Member[]).every((member) => {
    const certificate = new X509Certificate(pki[member].certificatePem);
    const isInTime = Date.parse(certificate.validFrom) <= nowUtcMs && Date.parse(certificate.validTo) - nowUtcMs > DAY_MS;
    return isInTime && certificate.verify(authority.publicKey) && certificate.checkPrivateKey(createPrivateKey(pki[member].keyPem));
  });
}
