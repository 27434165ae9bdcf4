import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkAnswer } from '../../../main/cli/config.ts';
import { configJsonSchema } from '../../../main/contracts/config-json-schema.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';

const PUBLISHED = join(import.meta.dirname, '..', '..', '..', 'main', 'contracts', 'config.schema.json');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('configuration', () => {
  it('has a published schema that is the one in force (qolma config schema > main/contracts/config.schema.json)', () => {
    expect(JSON.parse(readFileSync(PUBLISHED, 'utf8'))).toEqual(configJsonSchema());
  });

  it('is right when it is, and tells which key files are still missing', () => {
    const file = join(folder, 'terminal.json');
    writeFileSync(file, JSON.stringify(sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 })));
    expect(checkAnswer(file)).toMatchObject({ exitCode: 0, json: { ok: true, terminalId: '0427', missingFiles: expect.arrayContaining(['host.caFile']) as unknown } });
  });

  it('names path, found and expected of each wrong field, with exit code 78', () => {
    const file = join(folder, 'terminal.json');
    const config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
    writeFileSync(file, JSON.stringify({ ...config, terminal: { ...config.terminal, number: '42' }, surprise: 1 }));
    const answer = checkAnswer(file);
    expect(answer).toMatchObject({ exitCode: 78, json: { ok: false, problems: [{ path: 'terminal.number', found: '"42"' }, { path: '(file)' }] } });
    expect(answer.text).toContain('terminal.number');
  });

  it('is told in one problem when there is no file', () => {
    expect(checkAnswer(join(folder, 'nothing.json'))).toMatchObject({ exitCode: 78, json: { problems: [{ path: '(file)' }] } });
  });
});
