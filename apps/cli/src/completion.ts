import { type Command, Option } from "commander";

import { getTerminal } from "./terminal.ts";

/** The command that prints a script for a shell, and the one that the script runs. */
const names = { script: "completion", request: "complete" };

/**
 * Set by scripts that insert names from the workspace safely. Those of earlier versions for Bash expand what they are
 * given, so that a document's title could run a command.
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
      if (shell === "bash") getTerminal().stdout.write(bashScript);
      else root.setup(program.name(), shell === "powershell" ? "mdreader" : `mdreader ${offersNames}`, shell);
    });
    findCommand(program, names.request)?.action(async (words: string[]) => {
      const { completeNames, joinWords } = await import("./complete-names.ts");
      const given = joinWords(words);
      const found = args.includes(offersNames) ? await completeNames(program, given) : null;
      if (found === null) root.parse([...given]);
      else getTerminal().stdout.write(found.map((name) => `${name}\n`).join(""));
    });
  } else program.command(names.script).argument("<shell>");
  findCommand(program, names.script)?.description("print a script for completion with Tab");
}

const findCommand = (program: Command, name: string) =>
  program.commands.find((command) => command.name() === name);

/**
 * Names are quoted as they are inserted. Inside of quotes, those that would end or expand in them are left out. Without
 * an answer, Bash completes the names of local files.
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
      *) printf -v value %q "$value" ;;
    esac
    COMPREPLY+=("$value")
  done < <(mdreader ${offersNames} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
}
complete -o bashdefault -o default -F _mdreader mdreader
`;
