import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../../contracts/config.ts';
import { err, ok } from '../../foundation/outcome.ts';
import { signedPolicySchema } from '../../journal/retention-policy.ts';
import type { PolicySource } from '../keeping/journal-keeper.ts';

/** The file of the retention policy and the bank's pinned certificate, read anew each time: a new policy needs no restart. */
export function retentionSource({ storage, host }: Pick<Config, 'storage' | 'host'>): PolicySource {
  const { retentionPolicyFile } = storage;
  return () => {
    if (retentionPolicyFile === undefined) return null;
    try {
      const parsed = signedPolicySchema.safeParse(JSON.parse(readFileSync(retentionPolicyFile, 'utf8')));
      if (!parsed.success) return err(`the policy file: ${parsed.error.issues[0]!.path.join('.')} ${parsed.error.issues[0]!.message}`);
      return ok({ signed: parsed.data, bankCertificate: new X509Certificate(readFileSync(host.hostSignCertificateFile)) });
    } catch (error) {
      return err(error instanceof SyntaxError ? 'the policy file is not JSON' : 'the policy file cannot be read');
    }
  };
}
