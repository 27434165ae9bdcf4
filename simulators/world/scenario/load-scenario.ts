import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import { scenarioSchema } from '../../scenarios/schema.ts';

const SCENARIO_FOLDER = resolve(import.meta.dirname, '../../scenarios');
const SCHEMA_FILE = 'scenario.schema.json';

/** Names of the scenarios that come with the project, sorted. */
export function scenarioNames(): readonly string[] {
  return readdirSync(SCENARIO_FOLDER).filter((file) => file.endsWith('.json') && file !== SCHEMA_FILE).map((file) => file.slice(0, -'.json'.length)).sort();
}

/**
 * Reads a scenario by name (`op-01`) or from a file (`./my-visit.json`).
 * @error what is wrong with it, for a person who wrote it without knowing this code
 */
export function loadScenario(fileOrName: string): Result<Scenario, string> {
  const named = join(SCENARIO_FOLDER, `${fileOrName}.json`);
  const path = /^[a-z0-9-]+$/.test(fileOrName) && existsSync(named) ? named : resolve(fileOrName);
  if (!existsSync(path)) return err(`there is no scenario or file ${fileOrName}; scenarios are ${scenarioNames().join(', ')}`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return err(`${path}: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  const parsed = scenarioSchema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(`${path}:\n${z.prettifyError(parsed.error)}`);
}
