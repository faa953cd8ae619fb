using System.CommandLine;
using VaeSweep.Results;

namespace VaeSweep.Cli;

/// <summary>`vaesweep doctor`: what was found on this machine, and what to do about what is missing.</summary>
internal static class DoctorCommand
{
    public static void Add(Command root, CliHost host)
    {
        var format = CommonOptions.Format();
        var command = new Command("doctor", "What was found on this machine, and what to do about what is missing.") { format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<Finding> findings =
                [.. MachineCheck.Run(), .. TorchCheck.Run(), .. FigureCheck.Run(),
                    .. await StorageCheck.RunAsync(parsed, host, cancellationToken)];
            var chosen = parsed.GetValue(format);
            host.Out.Write(chosen == OutputFormat.Text
                ? Text(findings, host.OutTerminal) : Rows(findings).Render(chosen, Terminal.Plain));
            return findings.Any(f => f.State == FindingState.Missing) ? ExitCodes.Failed : ExitCodes.Done;
        });
        root.Add(command);
    }

    internal static Table Rows(IReadOnlyList<Finding> findings) => new(
        [new("check"), new("state"), new("found"), new("advice")],
        [.. findings.Select(f => (IReadOnlyList<Cell>)[f.Check, Wording.Name(f.State), f.Found, f.Advice])]);

    // Lines and not a table: paths are long, and a wrapped path cannot be copied.
    internal static string Text(IReadOnlyList<Finding> findings, Terminal terminal)
    {
        var width = findings.Max(f => f.Check.Length);
        var lines = new List<string>();
        foreach (var finding in findings)
        {
            var (word, color) = finding.State switch
            {
                FindingState.Ok => ("ok     ", "\u001b[32m"),
                FindingState.Note => ("note   ", "\u001b[33m"),
                _ => ("MISSING", "\u001b[31m"),
            };
            var state = terminal.Color ? $"{color}{word}\u001b[0m" : word;
            var indent = new string(' ', width + 10);
            lines.Add($"{state}  {finding.Check.PadRight(width)} {finding.Found.ReplaceLineEndings("\n" + indent)}");
            if (finding.Advice is not null)
                lines.Add($"{indent}-> {finding.Advice}");
        }

        return string.Join('\n', lines) + "\n";
    }
}
