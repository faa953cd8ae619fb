using System.Text;

namespace VaeSweep.Cluster.Launch;

/// <summary>A unit of this user that trains from boot on, and again after whatever ends it.</summary>
internal sealed class SystemdLauncher : ILauncher
{
    private const string Unit = "vaesweep-worker@.service";
    private const string Home = "%h";

    public string Name => "systemd";

    public string Description => "services on this machine, from boot on";

    public LaunchPlan Plan(LaunchRequest request)
    {
        var commands = new List<IReadOnlyList<string>>();
        if (request.KeyFile is { } key)
        {
            var copy = $"~/{LaunchRequest.KeyFolder}/{request.KeyName}";
            commands.Add(["sh", "-c", $"umask 077; mkdir -p ~/{LaunchRequest.KeyFolder} && cat {Shell.Quote(key)} >{copy}"]);
        }

        commands.AddRange(
        [
            new[] { "sh", "-c", $"mkdir -p ~/.config/systemd/user && cp {Unit} ~/.config/systemd/user/" },
            new[] { "systemctl", "--user", "daemon-reload" },
        ]);
        commands.AddRange(Enumerable.Range(0, request.Nodes)
            .Select(i => (IReadOnlyList<string>)["systemctl", "--user", "enable", "--now", $"vaesweep-worker@{i}.service"]));
        return new LaunchPlan([(Unit, Text(request))], commands,
            "journalctl --user -u 'vaesweep-worker@*' shows what they say; loginctl enable-linger lets them run without "
                + "a session");
    }

    private static string Text(LaunchRequest request)
    {
        var text = new StringBuilder(
            """
            [Unit]
            Description=VaeSweep worker %i
            After=network-online.target
            Wants=network-online.target

            [Service]

            """);
        // %h, the user's home, is systemd's word and not to be quoted.
        var key = request.KeyFile is null ? null : $"{Home}/{LaunchRequest.KeyFolder}/{request.KeyName}";
        foreach (var (name, value) in request.Environment(key))
        {
            text.Append("Environment=").Append(Quote($"{name}={value}").Replace($"%{Home}", Home, StringComparison.Ordinal))
                .Append('\n');
        }

        text.Append("ExecStart=").Append(string.Join(' ', request.WorkerCommand().Select(Quote))).Append('\n');
        text.Append(
            $"""
            # It brings its trials to a checkpoint and gives them back; its trainers are told by it.
            KillSignal=SIGTERM
            KillMode=mixed
            TimeoutStopSec={request.GraceSeconds}
            Restart=on-failure
            RestartSec=5
            # What is left of a machine's memory is for the trainers: this one is to be the last to go.
            OOMPolicy=continue

            [Install]
            WantedBy=default.target

            """);
        return text.ToString();
    }

    private static string Quote(string word)
    {
        var escaped = word.Replace("%", "%%", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return escaped.Any(c => char.IsWhiteSpace(c) || c is '"' or '\'') ? $"\"{escaped}\"" : escaped;
    }
}
