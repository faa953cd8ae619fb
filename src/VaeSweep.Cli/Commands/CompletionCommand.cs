using System.CommandLine;
using System.CommandLine.Help;
using System.Text;

namespace VaeSweep.Cli;

/// <summary>`vaesweep completion`: what a shell needs to complete verbs, options and names of sweeps.</summary>
internal static class CompletionCommand
{
    public static void Add(Command root, CliHost host)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print what completes verbs, options and names of sweeps in a shell: "
            + "source <(vaesweep completion bash).") { shell };
        command.SetAction((parsed, _) =>
        {
            host.Out.Write(parsed.GetRequiredValue(shell) switch
            {
                "fish" => Fish(root),
                "zsh" => "#compdef vaesweep\nautoload -U +X bashcompinit && bashcompinit\n" + Bash(root),
                _ => Bash(root),
            });
            return Task.FromResult(ExitCodes.Done);
        });
        root.Add(command);
    }

    private static IEnumerable<Command> Verbs(Command command) => command.Subcommands.Where(one => !one.Hidden);

    private static IEnumerable<string> Options(Command verb, Command root) => verb.Options.Concat(Verbs(verb)
            .SelectMany(one => one.Options)).Concat(root.Options.Where(one => one.Recursive))
        .Where(one => one is not HelpOption && !one.Hidden).Select(one => one.Name).Append("--help")
        .Distinct(StringComparer.Ordinal);

    private static bool TakesSweep(Command verb) => verb.Arguments.Any(one => one.Name is "SWEEP");

    private static string Bash(Command root)
    {
        var text = new StringBuilder();
        var verbs = string.Join(' ', Verbs(root).Select(one => one.Name));
        text.Append($$"""
            # vaesweep: completion for bash and zsh
            _vaesweep_sweeps() {
              local where=() i
              for ((i = 1; i < ${#COMP_WORDS[@]} - 1; i++)); do
                case ${COMP_WORDS[i]} in --store|--head|--key) where+=("${COMP_WORDS[i]}" "${COMP_WORDS[i+1]}") ;; esac
              done
              vaesweep list --format csv "${where[@]}" 2>/dev/null | tail -n +2 | cut -d, -f1
            }
            _vaesweep() {
              local cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} opts= names=
              if [ "$COMP_CWORD" -eq 1 ]; then
                COMPREPLY=($(compgen -W "{{verbs}}" -- "$cur"))
                return
              fi
              case $verb in

            """);
        foreach (var verb in Verbs(root))
        {
            text.Append("    ").Append(verb.Name).Append(") opts=\"").AppendJoin(' ', Options(verb, root)).Append('"');
            if (verb.Subcommands.Count > 0)
                text.Append("; names=\"").AppendJoin(' ', Verbs(verb).Select(one => one.Name)).Append('"');
            text.Append(" ;;\n");
        }

        var ofSweeps = string.Join('|', Verbs(root).Where(TakesSweep).Select(one => one.Name));
        text.Append($$"""
              esac
              if [[ $cur == -* ]]; then
                COMPREPLY=($(compgen -W "$opts" -- "$cur"))
                return
              fi
              if [ "$COMP_CWORD" -eq 2 ]; then
                case $verb in {{ofSweeps}}) names=$(_vaesweep_sweeps) ;; esac
              fi
              COMPREPLY=($(compgen -W "$names" -- "$cur"))
              [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur"))
            }
            complete -o filenames -F _vaesweep vaesweep

            """);
        return text.ToString();
    }

    private static string Fish(Command root)
    {
        var text = new StringBuilder("# vaesweep: completion for fish\n");
        foreach (var verb in Verbs(root))
        {
            text.Append("complete -c vaesweep -n __fish_use_subcommand -f -a ").Append(verb.Name).Append(" -d ")
                .Append(Quoted(verb.Description)).Append('\n');
            var when = $"complete -c vaesweep -n '__fish_seen_subcommand_from {verb.Name}'";
            foreach (var one in Verbs(verb))
                text.Append(when).Append(" -f -a ").Append(one.Name).Append(" -d ").Append(Quoted(one.Description)).Append('\n');
            foreach (var option in Options(verb, root))
                text.Append(when).Append(" -l ").Append(option.TrimStart('-')).Append('\n');
            if (TakesSweep(verb))
                text.Append(when).Append(" -a '(vaesweep list --format csv 2>/dev/null | tail -n +2 | cut -d, -f1)'\n");
        }

        return text.ToString();
    }

    private static string Quoted(string? text) =>
        $"'{(text ?? "").Split(". ")[0].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'",
            StringComparison.Ordinal)}'";
}
