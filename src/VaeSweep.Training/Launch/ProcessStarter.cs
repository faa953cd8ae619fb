using System.Collections.Concurrent;
using System.Diagnostics;

namespace VaeSweep.Training;

/// <summary>Starts child processes from one thread that lives as long as this process.</summary>
/// <remarks>Linux sends a child its parent-death signal when the *thread* that forked it ends, so a child forked from a
/// thread-pool thread would be killed when the pool shrinks. And a child inherits the forking thread's processor affinity, so
/// confining this thread for the moment of the fork pins every thread of the child, the runtime's own included, from its first
/// instruction.</remarks>
internal static class ProcessStarter
{
    private static readonly BlockingCollection<(ProcessStartInfo Info, int? Cpu,
        TaskCompletionSource<Process> Started)> _requests = [];
    private static readonly Lazy<Thread> _starter = new(() =>
    {
        var thread = new Thread(Loop) { IsBackground = true, Name = "trainer-starter" };
        thread.Start();
        return thread;
    });

    /// <param name="cpu">The child is confined to the one processor that comes at this place among those allowed, counted round,
    /// and told so by <see cref="OwnDevice.ProcessorVariable"/>; null leaves it free.</param>
    public static Task<Process> StartAsync(ProcessStartInfo info, int? cpu)
    {
        _ = _starter.Value;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add((info, cpu, started));
        return started.Task;
    }

    private static void Loop()
    {
        var free = CpuSet.OfThisThread();
        var allowed = free?.Processors ?? [];
        foreach (var (info, cpu, started) in _requests.GetConsumingEnumerable())
        {
            var pinned = false;
            try
            {
                // Where a container's limit is on time alone, all of its machine's containers see the same cores: one that pinned
                // would find the others on its own.
                if (cpu is { } place && allowed.Count > 0 && allowed.Count <= Environment.ProcessorCount)
                {
                    var processor = allowed[place % allowed.Count];
                    pinned = CpuSet.Single(processor).ApplyToThisThread();
                    info.Environment[OwnDevice.ProcessorVariable] =
                        processor.ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                started.SetResult(Process.Start(info) ?? throw new InvalidOperationException($"{info.FileName} did not start."));
            }
            catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or InvalidOperationException
                or IOException)
            {
                started.SetException(failure);
            }
            finally
            {
                if (pinned)
                    free!.ApplyToThisThread();
            }
        }
    }
}
