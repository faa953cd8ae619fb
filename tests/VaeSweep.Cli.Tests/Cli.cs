using System.Collections.Concurrent;
using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests;

/// <summary>Runs command lines in this process, on a store and a folder of their own, with trainers that do not need
/// libtorch.</summary>
internal sealed class Cli : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-cli-").FullName;

    public NullLauncher Launcher { get; } = new();

    public ConcurrentQueue<string> Fetched { get; } = new();

    public string Store => Path.Combine(_folder, "test.db");

    /// <summary>Variables that a command sees; nothing of this process's own.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal)
    {
        // Tests run side by side, on as few cores as there are.
        ["VAESWEEP_SHARE"] = "1",
    };

    /// <summary>What a person answers; null: nobody sits there.</summary>
    public TextReader? In { get; set; }

    /// <summary>Writes a file into the folder and gives its path.</summary>
    public string File(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A small sweep of 2 points by 2 seeds.</summary>
    public string Sweep(string ks = "[1, 5]", string name = "demo", string more = "") => File($"{name}.yaml", $$"""
        name: {{name}}
        dataset: { name: sprites, train: 100, valid: 50, test: 50 }
        train: { epochs: 3 }
        model: { hidden: [20, 20] }
        evaluate: { metrics: [test_nll, test_elbo], importance_samples: 5 }
        parameters:
          objective.k: {{ks}}
        seeds: 2
        table: { by: [objective.k], metric: test_nll }
        {{more}}
        """);

    public Task<Answer> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    public Task<Answer> RunAsync(CancellationToken cancellationToken, params string[] args) =>
        RunAsync(cancellationToken, _ => { }, args);

    /// <param name="said">Hears every line on standard error.</param>
    public async Task<Answer> RunAsync(CancellationToken cancellationToken, Action<string> said, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new Hearing(said);
        var host = new CliHost
        {
            Out = output,
            Error = error,
            In = In,
            OutTerminal = Terminal.Plain,
            ErrorTerminal = Terminal.Plain,
            Environment = name => Environment.GetValueOrDefault(name),
            Launcher = () => Launcher,
            OpenBrowser = _ => true,
            FetchData = (names, _, _) =>
            {
                names.ToList().ForEach(Fetched.Enqueue);
                return Task.CompletedTask;
            },
        };
        var named = args.Contains("--store", StringComparer.Ordinal) || Environment.ContainsKey("VAESWEEP_STORE")
            ? args : [.. args, "--store", Store];
        var code = await CommandLine.InvokeAsync(named, host, cancellationToken);
        return new Answer(code, output.ToString(), error.ToString());
    }

    private sealed class Hearing(Action<string> said) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            said(value ?? "");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>What a command said and how it ended.</summary>
internal sealed record Answer(int Code, string Out, string Error)
{
    public JsonElement Json() => JsonDocument.Parse(Out).RootElement;
}
