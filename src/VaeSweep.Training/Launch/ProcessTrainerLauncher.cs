using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Starts trainers as child processes, each confined to its device.</summary>
/// <param name="command">The program; `--device D --parent PID` is added to its arguments.</param>
public sealed class ProcessTrainerLauncher(TrainerCommand command, TimeProvider? timeProvider = null) : ITrainerLauncher
{
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;

    /// <summary>How long a trainer may take to load its libraries and find its device.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Added to the trainer's environment, over everything else.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>UUIDs of the GPUs that cuda:0, cuda:1, ... stand for; null: the entries of the node's own CUDA_VISIBLE_DEVICES,
    /// or plain numbers.</summary>
    public Func<IReadOnlyList<string>>? Gpus { get; init; }

    /// <inheritdoc/>
    public async Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken)
    {
        var (kind, index) = TrainerEnvironment.ParseDevice(device);
        var info = new ProcessStartInfo(command.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[.. command.Arguments, "--device", device, "--parent",
            System.Environment.ProcessId.ToString()])
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var name in TrainerEnvironment.Withheld)
            info.Environment.Remove(name);

        var inherited = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        foreach (var (name, value) in TrainerEnvironment.For(device, inherited, kind == "cuda" ? Gpus?.Invoke() : null)
            .Concat(Environment))
        {
            info.Environment[name] = value;
        }

        var pin = kind == "cpu" && inherited.GetValueOrDefault(TrainerEnvironment.PinVariable) != "0";
        Process process;
        try
        {
            process = await ProcessStarter.StartAsync(info, pin ? index : null);
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
        {
            throw new TrainerCrashedException(
                $"The trainer for {device} could not be started as `{command.FileName}`: {failure.Message}", null, "");
        }

        var trainer = new ProcessTrainer(process, device, _time);
        try
        {
            await trainer.WaitReadyAsync(StartTimeout, cancellationToken);
            return trainer;
        }
        catch
        {
            await trainer.DisposeAsync();
            throw;
        }
    }
}
