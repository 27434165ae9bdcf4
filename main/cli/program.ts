import { Command } from 'commander';
import { SOFTWARE_VERSION } from './version.ts';

/** Loaded one by one: `qolma run` on a terminal does not pay for what `qolma bench` needs. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  config: async () => (await import('./config.ts')).registerConfig,
  'crash-matrix': async () => (await import('./crash-matrix.ts')).registerCrashMatrix,
  day: async () => (await import('./day.ts')).registerDay,
  demo: async () => (await import('./demo.ts')).registerDemo,
  devices: async () => (await import('./devices.ts')).registerDevices,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
  journal: async () => (await import('./journal.ts')).registerJournal,
  keys: async () => (await import('./keys.ts')).registerKeys,
  queue: async () => (await import('./queue.ts')).registerQueue,
  run: async () => (await import('./run.ts')).registerRun,
  simulate: async () => (await import('./simulate.ts')).registerSimulate,
  scenario: async () => (await import('./scenario.ts')).registerScenario,
  simulator: async () => (await import('./simulator.ts')).registerSimulator,
  suspense: async () => (await import('./suspense.ts')).registerSuspense,
};

const EXIT_SOFTWARE = 70;

/** Whoever read has seen enough and went (`| head`); a core goes on without him. Anything else, such as a full disk behind `>`, is no answer that was given. */
function notTaken(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  process.exitCode = 1;
  process.stderr.write(`the answer cannot be written: ${error.code ?? error.message}\n`);
}

/**
 * `qolma`: for technicians, automation and engineers. Every subcommand has --json and says by its exit code whether all is well:
 * 0 yes, 1 no, 78 wrong configuration, 70 a mistake of ours.
 *
 * @param argv  as `process.argv`
 */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = new Command('qolma')
    .description('Qolma: software for self-service terminals and ATMs')
    .version(SOFTWARE_VERSION)
    .showHelpAfterError('(see --help)')
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: true, showGlobalOptions: false })
    .addHelpText('after', '\nEach subcommand explains itself: qolma doctor --help');
  for (const stream of [process.stdout, process.stderr]) stream.on('error', notTaken);
  const named = argv[2] ?? '';
  const wanted = Object.hasOwn(SUBCOMMANDS, named) ? [named] : Object.keys(SUBCOMMANDS);
  for (const register of await Promise.all(wanted.map((name) => SUBCOMMANDS[name]!()))) register(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // An assertion or a library's exception: our mistake. Its stack is for engineers.
    const isWanted = process.env['QOLMA_STACKS'] === '1';
    process.stderr.write(`qolma ${named}: ${error instanceof Error ? ((isWanted ? error.stack : undefined) ?? error.message) : String(error)}${isWanted ? '' : ' (QOLMA_STACKS=1 shows where)'}\n`);
    process.exitCode = EXIT_SOFTWARE;
  }
}
