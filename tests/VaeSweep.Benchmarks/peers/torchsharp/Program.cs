using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using VaeSweep.Benchmarks;

// Plain TorchSharp's side of the step benchmark: ACTIVATION IMAGES. "steps N" and "products N" are answered with seconds of
// processor time.
const int Batch = 100;
NativeFiles.Load();
torch.set_num_threads(1);
torch.manual_seed(1);
Denormals.Flush();
var pixels = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(args[1])).ToArray();
var data = torch.tensor(pixels, [pixels.Length / Batch / 784, Batch, 784]);
var batches = Enumerable.Range(0, (int)data.size(0)).Select(i => data[i]).ToArray();
using var model = new PlainVae(args[0]);
var optimizer = torch.optim.Adam(model.parameters(), lr: 1e-3);
var products = new Products(Batch);

void Steps(int count)
{
    for (var i = 0; i < count; i++)
    {
        using var scope = torch.NewDisposeScope();
        optimizer.zero_grad();
        model.forward(batches[i % batches.Length]).backward();
        optimizer.step();
    }
}

Console.WriteLine($"ready TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}, "
    + $"libtorch {torch.__version__} with MKL");
while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    Action<int> job = words[0] switch
    {
        "steps" => Steps,
        "products" => products.Run,
        _ => throw new InvalidOperationException($"'{line}' is neither steps N nor products N."),
    };
    var start = ThreadClock.Seconds;
    job(int.Parse(words[1], CultureInfo.InvariantCulture));
    Console.WriteLine((ThreadClock.Seconds - start).ToString("R", CultureInfo.InvariantCulture));
}
