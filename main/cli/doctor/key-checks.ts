import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Config } from '../../contracts/config.ts';
import { certificatesIn } from '../../host/signing/trust.ts';
import { firstLine, good, note, wrong, type Check } from './check.ts';

const DAY_MS = 86_400_000;
/** Time to have a new certificate issued, carried and installed. */
const RENEWAL_DAYS = 30;
/** Others have no business with a private key. */
const FORBIDDEN_MODE = 0o077;

/** Keys and certificates of the host link: there, readable by us alone where they are secret, valid, belonging together. Never their content. */
export function keyChecks(host: Config['host'], nowUtcMs: number): readonly Check[] {
  const certificates = ['caFile', 'tlsCertificateFile', 'signCertificateFile', 'hostEncryptCertificateFile'] as const;
  return [
    ...certificates.map((name) => certificateCheck(`host.${name}`, host[name], nowUtcMs)),
    ...pinnedChecks('host.hostSignCertificateFile', host.hostSignCertificateFile, nowUtcMs),
    keyCheck('host.tlsKeyFile', host.tlsKeyFile, host.tlsCertificateFile),
    keyCheck('host.signKeyFile', host.signKeyFile, host.signCertificateFile),
  ];
}

function certificateCheck(check: string, path: string, nowUtcMs: number): Check {
  try {
    return validityCheck(check, new X509Certificate(readFileSync(path)), nowUtcMs);
  } catch (error) {
    return isPublicKey(path) ? good(check, 'public key, no dates') : wrong(check, firstLine(error), `put the certificate (PEM) to ${path}`);
  }
}

/** While the bank changes its key the file has the next certificate or the one before beside it: what is wrong with one of them is no harm as long as another is well. */
function pinnedChecks(check: string, path: string, nowUtcMs: number): readonly Check[] {
  try {
    const checks = certificatesIn(readFileSync(path, 'utf8')).map((pem) => validityCheck(check, new X509Certificate(pem), nowUtcMs));
    return checks.some(({ ok, isNeeded }) => ok || !isNeeded) ? checks.map((one) => ({ ...one, isNeeded: one.ok })) : checks;
  } catch (error) {
    return [wrong(check, firstLine(error), `put the certificates (PEM) to ${path}`)];
  }
}

function validityCheck(check: string, certificate: X509Certificate, nowUtcMs: number): Check {
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const until = new Date(toMs).toISOString().slice(0, 10);
  if (nowUtcMs < fromMs) return wrong(check, `not valid before ${new Date(fromMs).toISOString().slice(0, 10)}`, 'is the clock of this machine right?');
  if (nowUtcMs > toMs) return wrong(check, `expired on ${until}`, 'ask the bank for a new certificate');
  const daysLeft = Math.floor((toMs - nowUtcMs) / DAY_MS);
  return daysLeft < RENEWAL_DAYS ? note(check, `valid until ${until}, ${daysLeft} days left`, 'ask the bank for a new certificate now') : good(check, `valid until ${until}`);
}

function isPublicKey(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').includes('BEGIN PUBLIC KEY');
  } catch {
    return false;
  }
}

function keyCheck(check: string, path: string, certificatePath: string): Check {
  try {
    const mode = statSync(path).mode;
    const key = createPrivateKey(readFileSync(path));
    if (process.platform !== 'win32' && (mode & FORBIDDEN_MODE) !== 0) return wrong(check, `mode ${(mode & 0o777).toString(8)}: others can use the key`, `chmod 600 ${path}`);
    if (!belongsTo(key, certificatePath)) return wrong(check, 'is not the key of its certificate', 'install key and certificate of one pair');
    return good(check, `${key.asymmetricKeyType ?? 'key'}, mode ${(mode & 0o777).toString(8)}`);
  } catch (error) {
    return wrong(check, firstLine(error), `put the private key (PEM) to ${path}, readable by the kiosk user only`);
  }
}

/** An unreadable certificate is told by its own check. */
function belongsTo(key: ReturnType<typeof createPrivateKey>, certificatePath: string): boolean {
  try {
    return new X509Certificate(readFileSync(certificatePath)).checkPrivateKey(key);
  } catch {
    return true;
  }
}
