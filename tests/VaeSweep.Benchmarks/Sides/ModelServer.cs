using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>A side of a benchmark in C#: trains and evaluates one model as it is asked to, line by line, over
/// <see cref="OwnModel"/>.</summary>
/// <remarks>Compiled here, and with an <see cref="OwnModel"/> for an older commit into peers/cpp-engine.</remarks>
internal static class ModelServer
{
    private static readonly JsonSerializerOptions _snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="config">A file as <see cref="SideFiles.Config"/>.</param>
    /// <param name="images">A file as <see cref="SideFiles.Images"/>.</param>
    public static int Run(string config, string images)
    {
        var json = File.ReadAllText(config);
        var batch = JsonDocument.Parse(json).RootElement.GetProperty("batch").GetInt32();
        using var model = new OwnModel(
            JsonSerializer.Deserialize<ModelConfig>(json, _snake)!, JsonSerializer.Deserialize<ObjectiveConfig>(json, _snake)!,
            batch,
            MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(images)).ToArray(), warmUp: 1);
        Console.WriteLine($"ready {OwnModel.Describe()}");
        while (Console.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            int Word(int place) => int.Parse(words[place], CultureInfo.InvariantCulture);
            var answer = words[0] switch
            {
                "steps" => model.Steps(Word(1)),
                "likelihood" => model.Likelihood(images: Word(1), samples: Word(2)),
                "parameters" => model.ParameterCount,
                "bound" => model.Bound(draws: Word(1)),
                "peak" => ResidentPeak(),
                _ => throw new InvalidOperationException(
                    $"'{line}' is nothing that a side does: steps N, likelihood IMAGES SAMPLES, parameters, bound DRAWS, peak."),
            };
            Console.WriteLine(answer.ToString("R", CultureInfo.InvariantCulture));
        }

        return 0;
    }

    /// <returns>Bytes.</returns>
    private static double ResidentPeak()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            * 1024;
    }
}
