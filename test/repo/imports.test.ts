import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { importProblem, layerOf, packageProblem } from './import-table.ts';
import { codeFiles, textOf } from './source-files.ts';

interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
  readonly isDynamic: boolean;
}

/** Each static import, re-export and import() with a literal; type positions count as types. */
function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, false, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ specifier: node.moduleSpecifier.text, isTypeOnly: isTypeImport(node.importClause), isDynamic: false });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ specifier: node.moduleSpecifier.text, isTypeOnly: node.isTypeOnly, isDynamic: false });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteral(argument)) found.push({ specifier: argument.text, isTypeOnly: false, isDynamic: true });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      found.push({ specifier: node.argument.literal.text, isTypeOnly: true, isDynamic: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return clause.name === undefined && named !== undefined && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
}

const all = codeFiles().flatMap((file) => importsOf(file).map((entry) => ({ file, ...entry })));

describe('imports', () => {
  it('are found at all', () => {
    expect(all.length).toBeGreaterThan(300);
  });

  it('go down the table of folders, never up or sideways', () => {
    const problems = all
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ file, specifier, isTypeOnly }) => ({ file, problem: importProblem(file, join(dirname(file), specifier), isTypeOnly) }))
      .filter(({ problem }) => problem !== null)
      .map(({ file, problem }) => `${file}: ${problem}`);
    expect(problems).toEqual([]);
  });

  it('take packages only where the folder may have them', () => {
    const problems = all
      .filter(({ specifier, file }) => !specifier.startsWith('.') && !file.startsWith('main/setup/'))
      .map(({ file, specifier }) => ({ file, problem: packageProblem(file, specifier) }))
      .filter(({ problem }) => problem !== null)
      .map(({ file, problem }) => `${file}: ${problem}`);
    expect(problems).toEqual([]);
  });

  it('of main/setup need nothing installed', () => {
    const problems = all
      .filter(({ file, isDynamic, isTypeOnly }) => file.startsWith('main/setup/') && !file.includes('/default-app/') && !isDynamic && !isTypeOnly)
      .filter(({ specifier }) => !specifier.startsWith('node:') && !specifier.startsWith('.'))
      .map(({ file, specifier }) => `${file}: ${specifier}`);
    expect(problems).toEqual([]);
  });

  it('carry their extension, so that Node runs the source as it is', () => {
    const bare = all.filter(({ specifier, file }) => specifier.startsWith('.') && !file.startsWith('renderer/') && !/\.[a-z]+(\?[a-z]+)?$/.test(specifier));
    expect(bare.map(({ file, specifier }) => `${file}: ${specifier}`)).toEqual([]);
  });
});

describe('the import table', () => {
  it('keeps one protocol from another, and a simulator from the codec it is tested against', () => {
    expect(importProblem('drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts', 'drivers/cash-acceptor/ebds/codec.ts', true)).toContain('may not import');
    expect(importProblem('simulators/cash-acceptor/ccnet/simulator.ts', 'drivers/ccnet-family/codec.ts', false)).toContain('may not import');
    expect(importProblem('drivers/cash-acceptor/ebds/device.ts', 'drivers/checks/crc16-kermit.ts', false)).toBeNull();
  });

  it('lets only the simulated world compose a core', () => {
    expect(importProblem('simulators/world/world.ts', 'main/core/compose.ts', false)).toBeNull();
    expect(importProblem('simulators/bank-host/main.ts', 'main/core/compose.ts', false)).toContain('may not import');
  });

  it('keeps everything but tests away from test, and everything but test away from simulators', () => {
    expect(importProblem('main/core/compose.ts', 'test/support/world.ts', false)).toContain('may not import');
    expect(importProblem('main/cli/main.ts', 'simulators/world/world.ts', false)).toContain('may not import');
    expect(importProblem('main/cash/mix.ts', 'main/journal/writer.ts', true)).toContain('may not import');
  });

  it('lets machines see devices as types alone', () => {
    expect(importProblem('state-machines/cash-in/cash-in.machine.ts', 'drivers/interfaces/device.ts', false)).toContain('only types');
    expect(importProblem('state-machines/cash-in/cash-in.machine.ts', 'drivers/interfaces/device.ts', true)).toBeNull();
    expect(packageProblem('state-machines/cash-in/cash-in.machine.ts', 'node:fs')).toContain('pure');
    expect(packageProblem('state-machines/diagrams/main.ts', 'node:fs')).toBeNull();
    expect(packageProblem('state-machines/diagrams/main.ts', 'node:net')).toContain('may not import');
  });

  it('knows a layer for each code file below the top level', () => {
    expect(codeFiles().filter((file) => file.includes('/') && layerOf(file) === null)).toEqual([]);
  });
});
