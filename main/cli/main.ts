#!/usr/bin/env node
import { Command } from 'commander';
import { registerDemo } from './demo.ts';
import { registerRun } from './run.ts';
import { SOFTWARE_VERSION } from './version.ts';

/** `qolma`: for technicians, automation and engineers. Every subcommand has --json and says by its exit code whether all is well. */
const program = new Command('qolma')
  .description('Qolma: software for self-service terminals and ATMs')
  .version(SOFTWARE_VERSION)
  .showHelpAfterError('(see --help)')
  .configureHelp({ sortSubcommands: true });

registerDemo(program);
registerRun(program);

await program.parseAsync();
