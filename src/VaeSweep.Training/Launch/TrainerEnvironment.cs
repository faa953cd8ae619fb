namespace VaeSweep.Training;

/// <summary>What a trainer's environment adds to its node's, so that it sees its own device alone and computes with one
/// thread.</summary>
public static class TrainerEnvironment
{
    /// <summary>Set to 0, leaves CPU trainers unpinned; for machines where something else pins.</summary>
    public const string PinVariable = "VAESWEEP_PIN";

    /// <summary>What a node keeps to itself: a trainer never speaks to the store, and needs no way to it.</summary>
    public static IReadOnlyList<string> Withheld { get; } = ["VAESWEEP_STORE", "VAESWEEP_HEAD", "VAESWEEP_KEY"];

    /// <param name="device">cpu:0, cuda:1, ...</param>
    /// <param name="parent">The node's environment. What a user has set is never overridden, but for the choice of GPU, which is
    /// the device's meaning.</param>
    /// <param name="gpus">UUIDs of cuda:0, cuda:1, ..., where they are known.</param>
    public static IReadOnlyDictionary<string, string> For(
        string device, IReadOnlyDictionary<string, string> parent, IReadOnlyList<string>? gpus = null)
    {
        var added = new Dictionary<string, string>(StringComparer.Ordinal);
        void Default(string name, string value)
        {
            if (!parent.ContainsKey(name))
                added[name] = value;
        }

        // Two one-thread trials on two cores finish about 3.5 times sooner than two two-thread ones in turn.
        Default("OMP_NUM_THREADS", "1");
        Default("MKL_NUM_THREADS", "1");

        // A step's tensors are freed and asked for again at once. As it comes, the C library gives the larger ones back to the
        // kernel each time, and every step touches some 500 fresh pages (784-300-300-40, batch 100): a fifth of its time. They
        // are kept instead, until the job ends.
        Default("MALLOC_MMAP_THRESHOLD_", "1073741824");
        Default("MALLOC_TRIM_THRESHOLD_", "1073741824");
        Default("MALLOC_TOP_PAD_", "67108864");

        // Only the computing thread may begin a collection (see OwnCollections): none runs beside it, and it is always the first
        // to have allocated enough. 16 MB, in hexadecimal.
        Default("DOTNET_gcConcurrent", "0");
        Default("DOTNET_GCgen0size", "1000000");

        var (kind, index) = ParseDevice(device);
        if (kind == "cuda")
        {
            added["CUDA_VISIBLE_DEVICES"] = gpus is null ? VisibleGpu(index, parent.GetValueOrDefault("CUDA_VISIBLE_DEVICES"))
                : index < gpus.Count ? gpus[index]
                : throw new ArgumentException(
                    $"{device} was asked for, and this node has {gpus.Count} "
                        + $"GPUs{(gpus.Count == 0 ? "" : $": {string.Join(", ", gpus)}")}.");
            // Without a fixed workspace, cuBLAS may choose another summation order from run to run.
            Default("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
        }
        else
        {
            added["CUDA_VISIBLE_DEVICES"] = "";
        }

        return added;
    }

    /// <summary>Splits "cuda:1" into its kind and number; "cpu" is "cpu:0".</summary>
    /// <exception cref="ArgumentException">It is neither cpu:N nor cuda:N.</exception>
    public static (string Kind, int Index) ParseDevice(string device)
    {
        var parts = device.Split(':');
        return parts switch
        {
            ["cpu" or "cuda"] => (parts[0], 0),
            ["cpu" or "cuda", var number]
                when int.TryParse(number, System.Globalization.NumberStyles.None, null, out var index) => (parts[0], index),
            _ => throw new ArgumentException($"'{device}' is no device. Devices are cpu:N and cuda:N, N from 0.", nameof(device)),
        };
    }

    private static string VisibleGpu(int index, string? visible)
    {
        if (visible is null)
            return index.ToString();

        // cuda:N counts what the node may see: its own list is mapped, not replaced.
        var entries = visible.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return index < entries.Length
            ? entries[index]
            : throw new ArgumentException(
                $"cuda:{index} was asked for, but CUDA_VISIBLE_DEVICES={visible} shows {entries.Length} GPUs.");
    }
}
