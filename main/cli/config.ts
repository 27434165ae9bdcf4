import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { configuredDevices } from '../contracts/config.ts';
import { configJsonSchema } from '../contracts/config-json-schema.ts';
import { loadConfig } from '../core/process/load-config.ts';
import type { Answer } from './answer.ts';
import { tell } from './answer.ts';
import { configAnswer } from './journal-source.ts';
import { textTable } from './text-table.ts';

interface OutputOptions {
  readonly json?: boolean;
}

export function registerConfig(program: Command): void {
  const config = program.command('config').description('the configuration of a terminal: its schema, and whether a file is right');
  config
    .command('schema')
    .description('print the JSON Schema of the configuration, for editors and for checks elsewhere')
    .option('--json', 'the schema is JSON either way; with this on one line')
    .addHelpText('after', '\nExample\n  $ qolma config schema > qolma-config.schema.json')
    .action((options: OutputOptions) => tell(schemaAnswer(), options.json === true));
  config
    .command('check')
    .description('check a configuration file as the core would at start')
    .argument('<file>', 'configuration of a terminal')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nEach wrong field is named with what was found and what was expected. Exit codes: 0 right, 78 wrong.\nWhether keys, ports and folders are there is what `qolma doctor --config <file>` looks at.\n\nExample\n  $ qolma config check /etc/qolma/terminal.json')
    .action((file: string, options: OutputOptions) => tell(checkAnswer(file), options.json === true));
}

export function schemaAnswer(): Answer {
  const json = configJsonSchema();
  return { json, text: JSON.stringify(json, null, 2), exitCode: 0 };
}

export function checkAnswer(file: string): Answer {
  const loaded = loadConfig(file);
  if (!loaded.ok) {
    const wrong = configAnswer(loaded.error);
    const rows = loaded.error.map((problem) => [problem.path, problem.found, problem.expected]);
    return { ...wrong, text: `${file} is not right\n${textTable([{ title: 'path' }, { title: 'found', widthMax: 60 }, { title: 'expected', widthMax: 100 }], rows)}` };
  }
  const { config, sha256 } = loaded.value;
  const devices = configuredDevices(config.devices).map(({ name, protocol }) => ({ device: name, protocol }));
  const missing = Object.entries(config.host).filter(([name, value]) => name.endsWith('File') && !existsSync(String(value))).map(([name]) => `host.${name}`);
  const json = { ok: true, terminalId: config.terminal.terminalId, sha256, devices, missingFiles: missing };
  const note = missing.length === 0 ? '' : `\nnot there yet: ${missing.join(', ')}`;
  return { json, text: `${file} is right: terminal ${config.terminal.terminalId}, ${devices.map(({ device, protocol }) => `${device} ${protocol}`).join(', ')}${note}`, exitCode: 0 };
}
