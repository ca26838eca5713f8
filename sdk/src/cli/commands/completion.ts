import { Argument, type Command } from 'commander'
import type { Cli } from '../cli.ts'

const help = `
Examples:
  $ source <(waybill completion bash)
  $ waybill completion zsh > "\${fpath[1]}/_waybill"
  $ waybill completion fish > ~/.config/fish/completions/waybill.fish`

/** Words that may follow a command. */
interface CommandWords {
  /** The command and those it belongs to: ` channels get`; empty for `waybill` itself. */
  readonly path: string
  readonly words: readonly { readonly word: string; readonly description: string }[]
}

export function addCompletionCommand(program: Command, cli: Cli): void {
  program
    .command('completion')
    .summary('print a script that completes commands and options in a shell')
    .description('Prints a script that completes the commands and options of waybill in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', help)
    .action((shell: 'bash' | 'zsh' | 'fish') => cli.terminal.write(scripts[shell](listWords(program))))
}

/** All commands, from the definition of the program itself. */
function listWords(program: Command): CommandWords[] {
  const everywhere = wordsOf(program.options)
  const list = (command: Command, path: string): CommandWords[] => {
    const names = command.commands.map((one) => ({ word: one.name(), description: one.summary() || one.description() }))
    const words = [...names, ...wordsOf(command.options), ...(command === program ? [] : everywhere)]
    return [{ path, words }, ...command.commands.flatMap((one) => list(one, `${path} ${one.name()}`))]
  }
  return list(program, '')
}

function wordsOf(options: Command['options']): CommandWords['words'] {
  return options.map(({ long, short, description }) => ({ word: long ?? short!, description }))
}

const scripts: Readonly<Record<'bash' | 'zsh' | 'fish', (commands: readonly CommandWords[]) => string>> = {
  bash: (commands) => `_waybill() {
  local path="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${paths(commands)}) path="$path $word" ;;
    esac
  done
  case "$path" in
${commands.map(({ path, words }) => `    "${path}") words="${words.map(({ word }) => word).join(' ')}" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _waybill waybill
`,

  zsh: (commands) => `#compdef waybill
_waybill() {
  local command_path="" word
  local -a choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$command_path $word" in
      (${paths(commands)}) command_path="$command_path $word" ;;
    esac
  done
  case "$command_path" in
${commands.map(({ path, words }) => `    ("${path}") choices=(${words.map((one) => quote(`${one.word.replaceAll(':', '\\:')}:${one.description}`)).join(' ')}) ;;`).join('\n')}
  esac
  _describe waybill choices || _files
}
(( $+functions[compdef] )) && compdef _waybill waybill
[[ $funcstack[1] == _waybill ]] && _waybill "$@"
`,

  fish: (commands) => `function __waybill_at
  set -l path ""
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
      case ${commands
        .slice(1)
        .map(({ path }) => quote(path))
        .join(' ')}
        set path "$path $word"
    end
  end
  test "$path" = "$argv[1]"
end
${commands
  .flatMap(({ path, words }) =>
    words.map(({ word, description }) => {
      const what = word.startsWith('--')
        ? `-l ${word.slice(2)}`
        : word.startsWith('-')
          ? `-s ${word.slice(1)}`
          : `-f -a ${word}`
      return `complete -c waybill -n ${quote(`__waybill_at "${path}"`)} ${what} -d ${quoteFish(description)}`
    }),
  )
  .join('\n')}
`,
}

function paths(commands: readonly CommandWords[]): string {
  return commands
    .slice(1)
    .map(({ path }) => `"${path}"`)
    .join('|')
}

/** As one word of a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
