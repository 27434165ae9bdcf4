import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../../contracts/config.ts';
import { err, ok } from '../../foundation/outcome.ts';
import { signedPolicySchema } from '../../journal/retention-policy.ts';
import { certificateKeyId, certificatesIn } from '../../host/signing/trust.ts';
import type { PolicySource } from '../keeping/journal-keeper.ts';

/** The file of the retention policy and the one of the bank's pinned certificates that it names, read anew each time: a new policy needs no restart. */
export function retentionSource({ storage, host }: Pick<Config, 'storage' | 'host'>): PolicySource {
  const { retentionPolicyFile } = storage;
  return () => {
    if (retentionPolicyFile === undefined) return null;
    try {
      const parsed = signedPolicySchema.safeParse(JSON.parse(readFileSync(retentionPolicyFile, 'utf8')));
      if (!parsed.success) return err(`the policy file: ${parsed.error.issues[0]!.path.join('.')} ${parsed.error.issues[0]!.message}`);
      const pinned = certificatesIn(readFileSync(host.hostSignCertificateFile, 'utf8')).map((pem) => new X509Certificate(pem));
      return ok({ signed: parsed.data, bankCertificate: pinned.find((one) => certificateKeyId(one) === parsed.data.keyId) ?? pinned[0]! });
    } catch (error) {
      return err(error instanceof SyntaxError ? 'the policy file is not JSON' : 'the policy file cannot be read');
    }
  };
}
