import { closed, list } from '../../../contract/attributes.ts'
import type { Attribute } from '../../../contract/attributes.ts'
import { allowsCommand } from '../allow-command.ts'
import { checkKind } from '../check-kind.ts'

const WORD: Attribute<string> = {
  type: 'string',
  minLength: 1,
  maxLength: 8192,
  pattern: '^[^\\u0000]*$',
  'x-secret': true,
  description: 'A word of the command line.',
}

/** A program's own judgement. */
export const commandCheck = checkKind({
  kind: 'command',
  summary:
    'Carry a program out, by its words and never through a shell. Off unless `checks.commands` of the config allows the command line.',
  attributes: closed({
    argv: list('The program (found by PATH, or an absolute path) and its arguments.', WORD, { min: 1, max: 100 }),
  }),
  measures: {
    answered: { is: 'truth', says: 'it ended within the time limit' },
    exit_code: { is: 'number', says: 'its exit code; 128 and more where a signal ended it' },
    latency: { is: 'ms', says: 'from its start to its end' },
    stdout: { is: 'text', says: 'what it wrote there, at most 64 KiB, without spaces at the end' },
    stderr: { is: 'text', says: 'the same' },
  },
  expect: 'exit_code == 0',
  every: 5000,
  varies: true,
  example: { argv: ['pg_isready', '-p', '15432'] },
  judge: ({ argv: [program = ''] }) =>
    program.startsWith('/') || !program.includes('/')
      ? []
      : [
          {
            pointer: '/argv/0',
            message: 'argv/0 is a path relative to nowhere; give an absolute one, or a name that PATH finds',
          },
        ],
  permit({ argv }, { commands }) {
    if (commands === undefined)
      return [
        {
          pointer: '',
          message: 'command checks are off: checks.commands of the config names no command line that is allowed',
        },
      ]
    return allowsCommand(commands, argv)
      ? []
      : [
          {
            pointer: '/argv',
            message: `argv is a command line that checks.commands does not allow; allowed are ${commands.map((one) => JSON.stringify(one)).join(', ')}`,
          },
        ]
  },
  // Arguments may hold passwords.
  describe: ({ argv: [program = '', ...args] }) =>
    args.length === 0 ? program : `${program} (${args.length} arguments)`,
  async look({ argv }, { commands }, limits) {
    if (commands === undefined)
      return { values: { answered: false }, missing: { because: 'no_answer', why: 'commands are off' } }
    const answer = await commands.run(argv, limits)
    if (!answer.answered) return { values: { answered: false }, missing: { because: 'no_answer', why: answer.why } }
    const { exitCode, ms, stdout, stderr } = answer
    return {
      values: { answered: true, exit_code: exitCode, latency: ms, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() },
    }
  },
})
