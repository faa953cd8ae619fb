using System.Diagnostics;
using System.Globalization;
using Npgsql;
using VaeSweep.Store;

namespace VaeSweep.Benchmarks;

/// <summary>The same dispatch by Debian's python3-optuna, on the same server, in the same run.</summary>
internal static class OptunaQueue
{
    private const int Trials = 640;
    private const int Reports = 500;

    /// <param name="ours">Trials and reports a second of this project, in the same run; null where that part was not asked for.</param>
    public static async Task RunAsync(TextWriter output, PrivateServer server, (double? Trials, double? Reports) ours, CancellationToken cancellationToken)
    {
        var uri = new Uri(server.SecretUrl());
        var user = uri.UserInfo.Split(':');
        await using (var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder { Host = uri.Host, Port = uri.Port, Username = user[0], Password = user[1], Database = "postgres" }.ConnectionString))
        {
            await connection.OpenAsync(cancellationToken);
            await using var create = new NpgsqlCommand("CREATE DATABASE optuna", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var info = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "optuna", "optuna_queue.py"), $"{Trials}", $"{Reports}"])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        (info.Environment["PGHOST"], info.Environment["PGPORT"], info.Environment["PGUSER"], info.Environment["PGPASSWORD"]) =
            (uri.Host, uri.Port.ToString(CultureInfo.InvariantCulture), user[0], user[1]);
        using var process = Process.Start(info)!;
        var said = (await process.StandardOutput.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0 || said.Length < 2)
        {
            await output.WriteLineAsync("Optuna: not measured (apt-get install python3-optuna python3-psycopg2)");
            return;
        }

        (string What, double? Ours)[] asked = [("Optuna: trials asked for and told, 64 workers", ours.Trials), ("Optuna: intermediate values", ours.Reports)];
        foreach (var ((what, own), rate) in asked.Zip(said.Select(line => double.Parse(line, CultureInfo.InvariantCulture))))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what,-80} {rate,12:#,0.###} /s"));
            if (own is { } rateHere)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{"  beside it, VaeSweep's rate",-80} {rateHere / rate,12:#,0} times"));
            }
        }
    }
}
