/**
 * The scripts that make shells complete our words. They know nothing: at every Tab they ask the
 * program what may follow, and get lines of a word, a tab, and what it means; `:files` stands for
 * any file.
 */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What asks for the shell's own file names. */
export const anyFile = ":files";

/** The script for a shell; `program`: how it is to call us, in the words of a shell. */
export const scripts: Readonly<Record<Shell, (program: string) => string>> = {
  bash: (program) => `# jobchart for bash. In ~/.bashrc: eval "$(jobchart completion bash)"
_jobchart() {
  local typed=\${COMP_WORDS[COMP_CWORD]} line
  [[ $typed == "=" ]] && typed=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ${anyFile} ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$typed")
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <(${program} completion --words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _jobchart jobchart`,

  zsh: (
    program,
  ) => `# jobchart for zsh. In ~/.zshrc, after compinit: eval "$(jobchart completion zsh)"
_jobchart() {
  local -a found
  local line
  while IFS= read -r line; do
    if [[ $line == ${anyFile} ]]; then
      compset -P '--*='
      _files
      return
    fi
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(${program} completion --words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe jobchart found
}
compdef _jobchart jobchart`,

  fish: (
    program,
  ) => `# jobchart for fish: jobchart completion fish > ~/.config/fish/completions/jobchart.fish
function __jobchart_complete
    set -l before (commandline -opc)
    set -e before[1]
    set -l typed (commandline -ct)
    for line in (${program} completion --words -- $before "$typed" 2>/dev/null)
        if test "$line" = ${anyFile}
            __fish_complete_path "$typed"
        else
            echo $line
        end
    end
end
complete -c jobchart -f -a '(__jobchart_complete)'`,
};
