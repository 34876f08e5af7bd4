import { type Command, Option } from "commander";

import { getTerminal } from "./terminal.ts";

/** The command that prints a script for a shell, and the one that the script runs. */
const names = { script: "completion", request: "complete" };

/**
 * Set by scripts that insert names from the workspace safely. Those of earlier versions insert what they are given without
 * quotes, so that a document's title could run a command.
 */
const offersNames = "--remote-names";

/** Whether a command line needs the completion, and not only its name for the help. */
const isRequested = (args: readonly string[]) =>
  args.some((arg) => arg === names.script || arg === names.request);

/** `completion`, which prints a script for a shell, and `complete`, which the script runs. Added after all other commands. */
export async function addCompletion(program: Command, args: readonly string[]): Promise<void> {
  if (isRequested(args)) {
    const { default: addTab } = await import("@bomb.sh/tab/commander");
    const root = addTab(program, { completionCommandName: names.script });
    program.addOption(new Option(offersNames).hideHelp());
    findCommand(program, names.script)?.action((shell: string) => {
      const script = scripts.get(shell);
      if (script === undefined) root.setup(program.name(), "mdreader", shell);
      else getTerminal().stdout.write(script);
    });
    findCommand(program, names.request)?.action(async (words: string[]) => {
      const { completeNames, joinWords } = await import("./complete-names.ts");
      const given = joinWords(words);
      const found = args.includes(offersNames) ? await completeNames(program, given) : null;
      if (found === null) root.parse([...given]);
      else getTerminal().stdout.write(found.map((name) => `${name}\n`).join(""));
    });
  } else program.command(names.script).argument("<shell>");
  const command = findCommand(program, names.script);
  command?.description("print a script that enables Tab completion in a shell");
  for (const shell of command?.registeredArguments ?? []) shell.description = "the shell";
}

const findCommand = (program: Command, name: string) =>
  program.commands.find((command) => command.name() === name);

/**
 * Names are quoted as they are inserted. Inside of quotes, those that would end or expand in them are left out: after a quote
 * within the word, those that Bash can only write as `$'…'`. Without an answer, Bash completes the names of local files.
 */
const bashScript = `_mdreader() {
  local value quote=\${COMP_WORDS[COMP_CWORD]:0:1}
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    case $value in
      "" | :*) continue ;;
    esac
    case $quote in
      \\') [[ $value == *\\'* ]] && continue ;;
      \\") [[ $value == *[\\"\\$\\\`\\\\!]* ]] && continue ;;
      *)
        printf -v value %q "$value"
        [[ $value == $\\'* && \${COMP_WORDS[COMP_CWORD]} == *[\\"\\']* ]] && continue
        ;;
    esac
    COMPREPLY+=("$value")
  done < <(mdreader ${offersNames} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
}
complete -o bashdefault -o default -F _mdreader mdreader
`;

/** Zsh quotes what it inserts. Without an answer, it completes the names of local files. */
const zshScript = `#compdef mdreader
_mdreader() {
  local line
  local -a values shown
  while IFS= read -r line; do
    [[ -z $line || $line == :* ]] && continue
    values+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  }")
  done < <(mdreader ${offersNames} complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)
  [[ $PREFIX == --*=* ]] && compset -P '*='
  if (( $#values )); then compadd -l -d shown -a values; else _files; fi
}
compdef _mdreader mdreader
`;

/** Fish quotes what it inserts. Without an answer, it completes the names of local files. */
const fishScript = `function __mdreader_complete
    set -l word (commandline -ct)
    set -l option (string match -r -- '^--[^=]+=' "$word")
    set -l found (mdreader ${offersNames} complete -- (commandline -opc)[2..-1] "$word" 2> /dev/null | string match -rv '^(:|$)')
    for line in $found
        printf '%s\\n' "$option$line"
    end
    test -n "$found[1]"; or __fish_complete_path "$word"
end
complete -c mdreader -e
complete -c mdreader -f -a '(__mdreader_complete)'
`;

/** The script for PowerShell is the library's. */
const scripts = new Map([
  ["bash", bashScript],
  ["zsh", zshScript],
  ["fish", fishScript],
]);
